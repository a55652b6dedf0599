// Runs a million tasks in one workflow engine, some in blocks, and says how much larger the heap is afterwards. Needs --expose-gc.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { DaskExecutionBackend, WorkflowEngine } from 'daskflow'

const BATCH = 10_000
const flow = await WorkflowEngine.create({ backend: new DaskExecutionBackend({ nWorkers: 1 }) })
const inc = flow.functionTask(async (n) => n + 1)
const fail = flow.functionTask(async () => {
  throw new Error('on purpose')
})
const pair = flow.block(async (n) => inc(inc(n)))

async function heapUsed() {
  for (let i = 0; i < 5; i++) {
    gc()
    await nextTurn()
  }
  return process.memoryUsage().heapUsed
}

async function run(count) {
  // A chain without end: of what went before, nothing may stay.
  let last = inc(0)
  for (let done = 0; done < count; done += BATCH) {
    const ends = []
    for (let i = 0; i < BATCH / 10; i++) {
      ends.push(inc(inc(inc(i))), pair(i), inc(fail()).exception())
      last = inc(last)
    }
    await Promise.all(ends)
    await last
  }
}

await run(100_000)
const before = await heapUsed()
await run(1_000_000)
console.log(JSON.stringify({ grown: (await heapUsed()) - before }))
await flow.shutdown()
