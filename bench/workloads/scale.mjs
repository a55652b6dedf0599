import { Batch } from '../batch.mjs'
import { startOurs, toRecords } from '../contenders/ours.mjs'
import { sampled, tableOf } from '../measurement.mjs'

const SIZES = [1_000, 10_000, 100_000, 1_000_000]
// Small queues are filled again and again, until what is measured is as much work as it takes to be a measurement.
const TASKS_PER_TURN = 200_000

export const contendersOn = () =>
  SIZES.map((size) => ({ name: `${size.toLocaleString('en')} queued`, role: 'other', size, start: startOurs }))

/** No-op tasks in queues of different lengths: a task must not cost more where more of them wait. */
export function measurementsOf({ rounds }) {
  return [
    tableOf({
      rounds,
      sampler: sampled(({ pool, size }) => microsPerTask(pool, size)),
      title: 'no-op tasks, from submission to the last result',
      unit: 'µs per task',
      better: 'lower',
    }),
  ]
}

/** The mean, not the median, of a turn: the collector's pauses are rare in short queues, and have to count there too. */
async function microsPerTask(pool, size) {
  const times = Math.max(1, TASKS_PER_TURN / size)
  let ms = 0
  for (let i = 0; i < times; i++) {
    const batch = new Batch({ count: size })
    const records = toRecords(batch)
    const startedAt = performance.now()
    await pool.runRecords(records, batch)
    ms += performance.now() - startedAt
  }
  return (ms * 1000) / (times * size)
}
