import { sampled } from '../measurement.mjs'
import { LOWEST_TENTH, median, quantile } from '../statistics.mjs'

export { contendersOn } from '../contenders/all.mjs'

const TRIPS_PER_TURN = 100

/** No-op tasks one at a time, one number in and out: how long it takes until somebody hears of a task's end. */
export function measurementsOf({ trips }) {
  return [
    {
      rounds: Math.ceil(trips / TRIPS_PER_TURN),
      has: ({ alone = true }) => alone,
      sampler: sampled(({ pool, share = 1 }) => tripsOf(pool, Math.ceil(TRIPS_PER_TURN * share))),
      toTables: (rows) => [
        {
          title: `no-op tasks one at a time, ${TRIPS_PER_TURN} in a row (lowest tenth of the turns)`,
          unit: 'µs',
          better: 'lower',
          level: LOWEST_TENTH,
          rows: rows.map(({ samples, ...row }) => ({
            ...row,
            note: '',
            samples: samples.map(median),
            p99: quantile(samples.flat(), 0.99),
          })),
        },
      ],
    },
  ]
}

async function tripsOf(pool, count) {
  const trips = []
  for (let n = 0; n < count; n++) {
    const startedAt = performance.now()
    const value = await pool.runOne(n)
    trips.push((performance.now() - startedAt) * 1000)
    if (value !== n) throw new Error(`Task ${n} answered ${value}`)
  }
  return trips
}
