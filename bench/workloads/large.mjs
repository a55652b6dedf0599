import { LATENCY, mean, median } from '../statistics.mjs'

export { contendersOn } from '../contenders/all.mjs'

const MIB = 16
const LENGTH = (MIB * 2 ** 20) / Float64Array.BYTES_PER_ELEMENT
const MARK = 42
const TURN_MS = 500

/** An array that is moved to a worker and back, and one that is copied. */
export function measurementsOf() {
  return [
    {
      rounds: 40,
      has: ({ moves = true }) => moves,
      ...trips('transferred', 20, median, (pool, array) => pool.runMoved(array)),
    },
    // A copy costs several times more where it gets fresh memory, so that only the mean of many trips says something; and
    // whether the memory is fresh again depends on all that was copied before.
    { rounds: 16, has: ({ alone = true }) => alone, ...trips('cloned', 10, mean, (pool, array) => pool.runOne(array)) },
  ]
}

function trips(how, most, typical, trip) {
  return {
    sampler: ({ name, pool }) => {
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
    },
    toTables: (rows) => [
      {
        title: `${MIB} MiB, ${how} and back (lower quartile of the turns)`,
        unit: 'ms',
        better: 'lower',
        rows: rows.map((row) => ({ ...row, note: '', level: LATENCY })),
      },
    ],
  }
}
