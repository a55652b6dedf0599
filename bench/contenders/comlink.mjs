import { transfer, wrap } from 'comlink'
import { CallPool } from './call-pool.mjs'

const IN_FLIGHT_PER_WORKER = 100

/** Comlink has no pool: calls go to the workers in turn. */
export function startComlink({ startWorker, workers }) {
  const all = Array.from({ length: workers }, () => startWorker('comlink'))
  const remotes = all.map(({ endpoint }) => wrap(endpoint))
  let calls = 0
  return new CallPool({
    call: (fn, value) => remotes[calls++ % workers][fn](value),
    move: (array) => remotes[0].moveBack(transfer(array, [array.buffer])),
    stop: () => Promise.all(all.map((worker) => worker.terminate())),
    inFlight: IN_FLIGHT_PER_WORKER * workers,
  })
}
