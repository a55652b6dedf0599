/** Takes how many tasks per second a contender runs. `batchOf(contender)` makes the batch of a sample. */
export const rateSampler = (batchOf) => (contender) => async () => {
  const batch = batchOf(contender)
  const startedAt = performance.now()
  await contender.pool.runAll(batch)
  return (batch.count / (performance.now() - startedAt)) * 1000
}
