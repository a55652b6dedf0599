import { transfer, wrap } from 'comlink'
import { CallPool } from './call-pool.mjs'

const IN_FLIGHT_PER_WORKER = 100

/** Comlink has no pool: calls go to the workers in turn. */
export function startComlink({ startWorker, workers }) {
  const remotes = Array.from({ length: workers }, () => wrap(startWorker('comlink')))
  let calls = 0
  return new CallPool({
    call: (fn, value) => remotes[calls++ % workers][fn](value),
    move: (array) => remotes[0].moveBack(transfer(array, [array.buffer])),
    inFlight: IN_FLIGHT_PER_WORKER * workers,
  })
}
