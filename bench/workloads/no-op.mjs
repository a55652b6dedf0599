import { Batch } from '../batch.mjs'
import { contendersOn } from '../contenders/all.mjs'
import { measureRates } from '../rates.mjs'

/** No-op tasks, one number in and out: what a task costs. */
export async function measure(platform) {
  const { tasks } = platform.sizes
  const batchOf = ({ share = 1 }) => new Batch({ count: Math.ceil(tasks * share) })
  const rows = await measureRates(contendersOn(platform), platform, batchOf)
  return [{ title: `${tasks.toLocaleString('en')} no-op tasks`, unit: 'tasks/s', better: 'higher', rows }]
}
