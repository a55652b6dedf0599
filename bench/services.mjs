// The inside of the workers that ours is compared with: what runs the task and answers, and nothing else.
import { expose } from 'comlink'
import { FUNCTIONS } from './functions.mjs'

const SERVICES = { raw: serveRaw, comlink: (endpoint) => expose(FUNCTIONS, endpoint) }

/** Serves on the inner end of a worker, by the name of the service. */
export function serve(service, endpoint) {
  SERVICES[service](endpoint)
}

function serveRaw(endpoint) {
  endpoint.addEventListener('message', async ({ data }) => {
    endpoint.postMessage(Array.isArray(data) ? await runBatch(data) : await run(data))
  })
}

async function run({ id, value }) {
  return { id, value: await FUNCTIONS.noop(value) }
}

async function runBatch(tasks) {
  const answers = []
  for (const { id, value } of tasks) answers.push({ id, value: await FUNCTIONS.noop(value) })
  return answers
}
