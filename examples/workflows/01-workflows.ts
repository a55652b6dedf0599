// Workflows: 1,024 of them side by side, of three tasks each. A task takes the futures of others, and runs when they are there.
//
//   npm run start:workflows -- 01
//   deno run -A examples/workflows/01-workflows.ts
//   bun examples/workflows/01-workflows.ts
import { DaskExecutionBackend as Backend, WorkflowEngine } from 'daskflow' // The backend: change this line, and no other.

const WORKFLOWS = 1_024

const flow = await WorkflowEngine.create({ backend: new Backend() })

// Tasks may run in workers: a task uses what it is given, and nothing else that is outside of it.
const makeNumbers = flow.functionTask(async (count: number) => Array.from({ length: count }, (_, n) => n))
const keepEven = flow.functionTask(async (numbers: readonly number[]) => numbers.filter((n) => n % 2 === 0))
const addUp = flow.functionTask(async (numbers: readonly number[], even: readonly number[]) => ({
  sum: numbers.reduce((sum, n) => sum + n, 0),
  even: even.length,
}))

// No `await` between the tasks: each says what it needs, and the engine sees to the rest.
function startWorkflow(i: number) {
  const numbers = makeNumbers(1_000 + i)
  const even = keepEven(numbers)
  return addUp(numbers, even)
}

const startedAt = performance.now()
const results = await Promise.all(Array.from({ length: WORKFLOWS }, (_, i) => startWorkflow(i)))
const seconds = (performance.now() - startedAt) / 1_000

console.log('The first:', JSON.stringify(results.at(0)))
console.log('The last:', JSON.stringify(results.at(-1)))
console.log(`${WORKFLOWS} workflows, ${WORKFLOWS * 3} tasks: ${seconds.toFixed(2)} s`)
await flow.shutdown()
