// The page that measures in a browser, on Web Workers.
import * as daskflow from 'daskflow'
import * as large from '../workloads/large.mjs'
import * as noOp from '../workloads/no-op.mjs'
import * as roundTrip from '../workloads/round-trip.mjs'

const WORKLOADS = { 'no-op': noOp, 'round-trip': roundTrip, large }

function startWorker(service) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module', name: service })
  return { endpoint: worker, terminate: () => worker.terminate() }
}

window.measure = (workload, sizes) => WORKLOADS[workload].measure({ runtime: 'chromium', startWorker, daskflow, sizes })
