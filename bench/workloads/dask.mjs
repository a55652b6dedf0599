import { Batch } from '../batch.mjs'
import { startOurs } from '../contenders/ours.mjs'
import { sampled, tableOf } from '../measurement.mjs'
import { DASK, DASK_UNQUEUED, OURS } from '../names.mjs'
import { LOWEST_TENTH, median } from '../statistics.mjs'

const TASKS = 5_000
const TRIPS = 50
// One interruption would decide a turn that is over in an instant.
const LEAST_MS = 250

/** Python's are started by dask/local.mjs. */
export const contendersOn = () => [
  { name: DASK, role: 'other' },
  { name: DASK_UNQUEUED, role: 'other' },
  { name: OURS, role: 'ours', start: startOurs },
]

/** No-op tasks, as many as a scheduler in Python takes seconds for, and one at a time. */
export function measurementsOf({ rounds }) {
  return [
    tableOf({
      rounds,
      sampler: sampled(({ pool }) =>
        rateOf(async () => {
          const startedAt = performance.now()
          await pool.runAll(new Batch({ count: TASKS }))
          return performance.now() - startedAt
        }),
      ),
      title: `${TASKS.toLocaleString('en')} no-op tasks`,
      unit: 'tasks/s',
      better: 'higher',
    }),
    tableOf({
      rounds,
      sampler: sampled(({ pool }) => tripOf((n) => pool.runOne(n))),
      title: `no-op tasks, one at a time (median of ${TRIPS}, lowest tenth of the turns)`,
      unit: 'µs',
      better: 'lower',
      level: LOWEST_TENTH,
    }),
  ]
}

/** Tasks per second. `run` runs them all, and answers how many milliseconds that took. */
async function rateOf(run) {
  let done = 0
  let ms = 0
  while (ms < LEAST_MS) {
    ms += await run()
    done += TASKS
  }
  return (done / ms) * 1000
}

/** Microseconds of a task. `run(n)` runs one that answers `n`. */
async function tripOf(run) {
  const trips = []
  for (let n = 0; n < TRIPS; n++) {
    const startedAt = performance.now()
    const value = await run(n)
    trips.push((performance.now() - startedAt) * 1000)
    if (value !== n) throw new Error(`Task ${n} answered ${value}`)
  }
  return median(trips)
}

/** What a stage of Python's answers, by measurement. `python`: see dask/python-dask.mjs. */
export const pythonSamplers = (python) => [
  () => rateOf(async () => (await python.run(TASKS)) * 1000),
  async () => median(await python.trips(TRIPS)) * 1e6,
]
