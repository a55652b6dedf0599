import { Batch } from '../batch.mjs'
import { contendersOn } from '../contenders/all.mjs'
import { takeTurns, withStarted } from '../turns.mjs'

/** No-op tasks, one number in and out: what a task costs. */
export async function measure(platform) {
  const { tasks, rounds } = platform.sizes
  const rows = await withStarted(contendersOn(platform), platform, (contenders) =>
    takeTurns(contenders, rounds, async ({ pool, share = 1 }) => {
      const batch = new Batch({ count: Math.ceil(tasks * share) })
      const startedAt = performance.now()
      await pool.runAll(batch)
      return (batch.count / (performance.now() - startedAt)) * 1000
    }),
  )
  return [{ title: `${tasks.toLocaleString('en')} no-op tasks`, unit: 'tasks/s', better: 'higher', rows }]
}
