import { COMLINK, OURS, RAW, RAW_IN_BATCHES } from '../names.mjs'
import { startComlink } from './comlink.mjs'
import { startOurs } from './ours.mjs'
import { startRaw, startRawInBatches } from './raw.mjs'

/**
 * Who runs the tasks of a workload: name, role, and how to start it.
 *
 * A started one has `runAll(batch)`, which throws unless every value is right. Unless it says `alone: false`, it has
 * `runOne(value)`, which answers its value; unless it says `moves: false`, `runMoved(array)`. It ends with its process or page.
 *
 * A platform says `startWorker(service)`, which starts one of services.mjs in a worker and answers that worker's endpoint,
 * shaped like a Web Worker; the `daskflow` to measure; the `peers` that run there; and `sizes`.
 */
export function contendersOn({ peers = [] }) {
  return [
    { name: RAW, role: 'raw', start: startRaw },
    { name: RAW_IN_BATCHES, role: 'raw', start: startRawInBatches, alone: false, moves: false },
    { name: COMLINK, role: 'peer', start: startComlink },
    ...peers,
    { name: OURS, role: 'ours', start: startOurs },
  ]
}
