import { tableOf } from '../measurement.mjs'
import { LOWEST_TENTH, mean, median } from '../statistics.mjs'

export { contendersOn } from '../contenders/all.mjs'

const MIB = 16
const LENGTH = (MIB * 2 ** 20) / Float64Array.BYTES_PER_ELEMENT
const MARK = 42
const TURN_MS = 500

/** An array that is moved to a worker and back, and one that is copied. */
export function measurementsOf({ rounds }) {
  return [
    tableOf({
      rounds: 4 * rounds,
      has: ({ moves = true }) => moves,
      sampler: tripSampler(100, median, (pool, array) => pool.runMoved(array)),
      title: `${MIB} MiB, transferred and back (lowest tenth of the turns)`,
      unit: 'ms',
      better: 'lower',
      notes: false,
      level: LOWEST_TENTH,
    }),
    // A copy costs several times more where it gets fresh memory, so that only the mean of many trips says something; and
    // whether the memory is fresh again depends on all that was copied before.
    tableOf({
      rounds: 2 * rounds,
      has: ({ alone = true }) => alone,
      sampler: tripSampler(10, mean, (pool, array) => pool.runOne(array)),
      title: `${MIB} MiB, cloned and back (lowest tenth of the turns)`,
      unit: 'ms',
      better: 'lower',
      level: LOWEST_TENTH,
      notes: false,
    }),
  ]
}

/** At most so many trips a turn, and what is typical of them. */
const tripSampler =
  (most, typical, trip) =>
  ({ name, pool }) => {
    let array = new Float64Array(LENGTH).fill(MARK)
    return async () => {
      const times = []
      const turnStartedAt = performance.now()
      while (times.length < most && performance.now() - turnStartedAt < TURN_MS) {
        const startedAt = performance.now()
        array = await trip(pool, array)
        times.push(performance.now() - startedAt)
        if (array.length !== LENGTH || array[LENGTH - 1] !== MARK) throw new Error(`${name} answered another array`)
      }
      return typical(times)
    }
  }
