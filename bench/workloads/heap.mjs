import process from 'node:process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Batch } from '../batch.mjs'
import { startOurs, toRecords } from '../contenders/ours.mjs'
import { partOf, sampled } from '../measurement.mjs'

const SIZES = [100_000, 1_000_000]
const MB = 1e6

export const contendersOn = () =>
  SIZES.map((size) => ({ name: `${size.toLocaleString('en')} queued`, role: 'other', size, start: startOurs }))

/**
 * What a queued task takes of the heap, beyond the caller's record; and what is left of all when they are done.
 *
 * The records exist before the first is counted. They are dropped before the latter, since what the backend writes on them
 * is the caller's to keep: what was there before is compared with what the backend alone still holds.
 */
export function measurementsOf({ rounds }) {
  return [
    {
      rounds,
      sampler: sampled(({ pool, size }) => measureQueue(pool, size)),
      toTables: (rows) => [
        {
          title: 'heap that a queued task takes',
          unit: 'bytes per task',
          better: 'lower',
          rows: rows.map((row) => partOf(row, 'bytesTaken')),
        },
        {
          title: 'heap that is left when all are done',
          unit: 'MB',
          better: 'lower',
          rows: rows.map((row) => partOf(row, 'mbLeft')),
        },
      ],
    },
  ]
}

async function measureQueue(pool, size) {
  const empty = await heapUsed()
  const taken = await queueAndRun(pool, size)
  return { bytesTaken: taken / size, mbLeft: ((await heapUsed()) - empty) / MB }
}

/** Keeps the workers waiting while the tasks are queued, so that none of them is done before they are counted. */
async function queueAndRun(pool, size) {
  const batch = new Batch({ count: size })
  const records = toRecords(batch)
  const release = await pool.hold()
  const before = await heapUsed()
  await pool.submit(records, batch)
  const taken = (await heapUsed()) - before
  await release()
  await batch.complete
  return taken
}

/** One collection leaves what only another finds. */
async function heapUsed() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    await nextTurn()
  }
  return process.memoryUsage().heapUsed
}
