// Measures where there are `worker_threads`: in Node, Deno and Bun. The argument is the runtime's name.
import process from 'node:process'
import { Worker } from 'node:worker_threads'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { DaskExecutionBackend } from 'daskflow'
import { startContenders, startOurs } from '../contenders.mjs'
import { measure } from '../measure.mjs'
import { report } from '../report.mjs'
import { sizes } from '../sizes.mjs'

function startWorker(service) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: service })
  return { endpoint: nodeEndpoint(worker), terminate: () => worker.terminate() }
}

/** Deno and Bun have Web Workers too, and Node has not. */
async function startOnWebWorkers() {
  if (globalThis.Worker === undefined) return {}
  const { DaskExecutionBackend } = await import('daskflow/runtime-web')
  return { 'DaskExecutionBackend on Web Workers': await startOurs(DaskExecutionBackend) }
}

const [, , name] = process.argv
const contenders = { ...(await startContenders({ startWorker, Backend: DaskExecutionBackend })), ...(await startOnWebWorkers()) }
const results = await measure(contenders, sizes)
await Promise.all(Object.values(contenders).map(({ stop }) => stop()))
report(`${name} ${process.versions[name.toLowerCase()]}, worker_threads`, results)
