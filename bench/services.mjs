// The inside of the workers that ours is compared with: what runs the task and answers, and nothing else.
import { expose, transfer } from 'comlink'
import { FUNCTIONS } from './functions.mjs'

const SERVICES = { raw: serveRaw, mover: serveMover, sleeper: serveSleeper, comlink: serveComlink }

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

function serveMover(endpoint) {
  endpoint.addEventListener('message', ({ data }) => endpoint.postMessage(data, [data.buffer]))
}

function serveSleeper(endpoint) {
  endpoint.addEventListener('message', async ({ data: { count, loops, ms } }) => {
    let left = count
    const sleepOn = async () => {
      while (left-- > 0) await FUNCTIONS.sleep(ms)
    }
    await Promise.all(Array.from({ length: loops }, sleepOn))
    endpoint.postMessage(count)
  })
}

function serveComlink(endpoint) {
  expose({ ...FUNCTIONS, moveBack: (array) => transfer(array, [array.buffer]) }, endpoint)
}
