// The stage of a contender in a browser, on Web Workers.
import * as daskflow from 'daskflow'
import { setStage } from '../stage.mjs'
import * as large from '../workloads/large.mjs'
import * as noOp from '../workloads/no-op.mjs'
import * as roundTrip from '../workloads/round-trip.mjs'

const WORKLOADS = { 'no-op': noOp, 'round-trip': roundTrip, large }

function startWorker(service) {
  return new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module', name: service })
}

/** Answers what there is to say of the contender. */
window.setStage = async (workload, contender, sizes) => {
  const { note, takeSample } = await setStage(WORKLOADS[workload], contender, { startWorker, daskflow, sizes })
  window.takeSample = takeSample
  return note
}
