import { takeTurns, withStarted } from './turns.mjs'

/** Measures how many tasks per second each contender runs. `batchOf(contender)` makes the batch of a turn. */
export function measureRates(contenders, platform, batchOf) {
  return withStarted(contenders, platform, (started) =>
    takeTurns(started, platform.sizes.rounds, async (contender) => {
      const batch = batchOf(contender)
      const startedAt = performance.now()
      await contender.pool.runAll(batch)
      return (batch.count / (performance.now() - startedAt)) * 1000
    }),
  )
}
