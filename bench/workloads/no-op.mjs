import { Batch } from '../batch.mjs'
import { tableOf } from '../measurement.mjs'
import { rateSampler } from '../rates.mjs'

export { contendersOn } from '../contenders/all.mjs'

/** No-op tasks, one number in and out: what a task costs. */
export function measurementsOf({ tasks, rounds }) {
  const title = `${tasks.toLocaleString('en')} no-op tasks`
  return [
    tableOf({
      rounds,
      sampler: rateSampler(({ share = 1 }) => new Batch({ count: Math.ceil(tasks * share) })),
      title,
      unit: 'tasks/s',
      better: 'higher',
    }),
  ]
}
