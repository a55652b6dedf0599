// Makes a million futures, and says how much larger the heaps are afterwards, here and in the worker. Needs --expose-gc.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Client, wait } from 'daskflow'

const BATCH = 10_000
const client = await Client.create({ nWorkers: 1 })

async function heapHere() {
  for (let i = 0; i < 5; i++) {
    gc()
    await nextTurn()
  }
  return process.memoryUsage().heapUsed
}
const heapThere = () =>
  client.submit(async () => {
    const { getHeapStatistics } = await import('node:v8')
    for (let i = 0; i < 5; i++) gc()
    const { used_heap_size, external_memory } = getHeapStatistics()
    return used_heap_size + external_memory
  })

async function run(count, fn, { forget = false } = {}) {
  for (let n = 0; n < count; n += BATCH) {
    const futures = client.map(
      fn,
      Array.from({ length: BATCH }, (_, i) => n + i),
    )
    await wait(futures)
    if (!forget) for (const future of futures) future.release()
  }
}

const small = (n) => n
const large = (n) => new Float64Array(200).fill(n)
await run(100_000, small)
await run(20_000, large)
const before = [await heapHere(), await heapThere()]
await run(1_000_000, small)
await run(100_000, large)
await run(50_000, large, { forget: true })
// What was forgotten is told of on a later turn.
await heapHere()
const after = [await heapHere(), await heapThere()]
const { workers } = await client.schedulerInfo()
console.log(JSON.stringify({ grown: after.map((bytes, i) => bytes - before[i]), values: Object.values(workers)[0].values }))
