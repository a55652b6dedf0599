// Blocks: functions that call tasks, and are called as tasks are. Ten workflows of two blocks, of three tasks each; the second
// block takes what the first one answers.
//
//   npm run start:workflows -- 02
//   deno run -A examples/workflows/02-blocks.ts
//   bun examples/workflows/02-blocks.ts
import { DaskExecutionBackend as Backend, WorkflowEngine } from 'daskflow' // The backend: change this line, and no other.

const WORKFLOWS = 10

const flow = await WorkflowEngine.create({ backend: new Backend() })

const countTen = flow.functionTask(async (from: number) => Array.from({ length: 10 }, (_, i) => from + i))
const square = flow.functionTask(async (numbers: readonly number[]) => numbers.map((n) => n ** 2))
const addUp = flow.functionTask(async (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0))

// Its tasks run on the backend, and itself here: it may use whatever is around it.
const sumOfSquares = flow.block(async (from: number) => {
  const numbers = countTen(from)
  return addUp(square(numbers))
})

async function runWorkflow(i: number) {
  const first = sumOfSquares(i)
  const second = sumOfSquares(first)
  return { first: await first, second: await second }
}

const results = await Promise.all(Array.from({ length: WORKFLOWS }, (_, i) => runWorkflow(i)))
for (const [i, { first, second }] of results.entries()) console.log(`Workflow ${i}: ${first}, then ${second}`)
console.log(`${WORKFLOWS} workflows, ${WORKFLOWS * 2} blocks, ${WORKFLOWS * 6} tasks`)
await flow.shutdown()
