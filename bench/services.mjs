// The inside of the workers that ours is compared with: what runs the task and answers, and nothing else.
import { expose } from 'comlink'

const noop = async (n) => n

const SERVICES = { raw: serveRaw, comlink: (endpoint) => expose({ noop }, endpoint) }

/** Serves on the inner end of a worker, by the name of the service. */
export function serve(service, endpoint) {
  SERVICES[service](endpoint)
}

function serveRaw(endpoint) {
  endpoint.addEventListener('message', async ({ data }) => {
    endpoint.postMessage(Array.isArray(data) ? await runBatch(data) : await run(data))
  })
}

async function run({ id, n }) {
  return { id, value: await noop(n) }
}

async function runBatch(tasks) {
  const answers = []
  for (const { id, n } of tasks) answers.push({ id, value: await noop(n) })
  return answers
}
