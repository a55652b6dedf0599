import { COMLINK, OURS, RAW, RAW_IN_BATCHES } from '../names.mjs'
import { startComlink } from './comlink.mjs'
import { startOurs } from './ours.mjs'
import { startRaw, startRawInBatches } from './raw.mjs'

/**
 * Who runs the tasks of a workload: name, role, and how to start it.
 *
 * A started one has `runAll(batch)`, which throws unless every value is right, and `stop()`; one that can run a task alone
 * has `runOne(value)`, which answers its value, and `runMoved(array)` unless it says `moves: false`. A platform says `startWorker(service)`, which starts one of services.mjs in
 * a worker and answers that worker's `endpoint`, shaped like a Web Worker, and `terminate()`; the `daskflow` to measure; and
 * the `peers` that run there.
 */
export function contendersOn({ peers = [] }) {
  return [
    { name: RAW, role: 'raw', start: startRaw },
    { name: RAW_IN_BATCHES, role: 'raw', start: startRawInBatches },
    { name: COMLINK, role: 'peer', start: startComlink },
    ...peers,
    { name: OURS, role: 'ours', start: startOurs },
  ]
}
