import { LATENCY, median, quantile } from '../statistics.mjs'

export { contendersOn } from '../contenders/all.mjs'

// So many that a turn has left behind it what the processes before have left in the caches.
const TRIPS_PER_TURN = 20

/** No-op tasks one at a time, one number in and out: how long it takes until somebody hears of a task's end. */
export function measurementsOf({ trips }) {
  const turns = Math.ceil(trips / TRIPS_PER_TURN)
  return [
    {
      rounds: turns,
      has: ({ alone = true }) => alone,
      sampler:
        ({ pool }) =>
        () =>
          tripsOf(pool),
      toTables: (rows) => [
        {
          title: `${trips.toLocaleString('en')} no-op tasks, one at a time (lower quartile of the turns)`,
          unit: 'µs',
          better: 'lower',
          rows: rows.map(({ samples, ...row }) => ({
            ...row,
            note: '',
            level: LATENCY,
            samples: samples.map(median),
            p99: quantile(samples.flat(), 0.99),
          })),
        },
      ],
    },
  ]
}

async function tripsOf(pool) {
  const trips = []
  for (let n = 0; n < TRIPS_PER_TURN; n++) {
    const startedAt = performance.now()
    const value = await pool.runOne(n)
    trips.push((performance.now() - startedAt) * 1000)
    if (value !== n) throw new Error(`Task ${n} answered ${value}`)
  }
  return trips
}
