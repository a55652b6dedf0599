import { Batch } from '../batch.mjs'
import { rateSampler } from '../rates.mjs'

export { contendersOn } from '../contenders/all.mjs'

/** No-op tasks, one number in and out: what a task costs. */
export function measurementsOf({ tasks, rounds }) {
  const title = `${tasks.toLocaleString('en')} no-op tasks`
  return [
    {
      rounds,
      sampler: rateSampler(({ share = 1 }) => new Batch({ count: Math.ceil(tasks * share) })),
      toTables: (rows) => [{ title, unit: 'tasks/s', better: 'higher', rows }],
    },
  ]
}
