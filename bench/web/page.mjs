// The page that measures in a browser, on Web Workers.
import { DaskExecutionBackend } from 'daskflow'
import { startContenders } from '../contenders.mjs'
import { measure } from '../measure.mjs'

function startWorker(service) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module', name: service })
  return { endpoint: worker, terminate: () => worker.terminate() }
}

window.measure = async (sizes) => measure(await startContenders({ startWorker, Backend: DaskExecutionBackend }), sizes)
