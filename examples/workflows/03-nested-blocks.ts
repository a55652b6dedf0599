// Nested blocks: blocks of blocks of tasks, ten workflows of them. A block takes futures and answers one, as a task does, so it
// makes no difference what is called: compare `step` with `fourSteps`.
//
//   npm run start:workflows -- 03
//   deno run -A examples/workflows/03-nested-blocks.ts
//   bun examples/workflows/03-nested-blocks.ts
import { DaskExecutionBackend as Backend, WorkflowEngine } from 'daskflow' // The backend: change this line, and no other.

const WORKFLOWS = 10

const flow = await WorkflowEngine.create({ backend: new Backend() })

const double = flow.functionTask(async (n: number) => n * 2)
const increment = flow.functionTask(async (n: number) => n + 1)

const step = flow.block(async (n: number) => increment(double(n)))
const twoSteps = flow.block(async (n: number) => step(step(n)))
const fourSteps = flow.block(async (n: number) => twoSteps(twoSteps(n)))

const results = await Promise.all(Array.from({ length: WORKFLOWS }, (_, i) => fourSteps(i)))
console.log(`Four steps from 0 to ${WORKFLOWS - 1}: ${results.join(', ')}`)

// A block that is cancelled takes all with it that is in it, however deep, and what waits for it.
const canceled = fourSteps(1)
const dependent = increment(canceled)
canceled.cancel('No longer needed')
const error = await dependent.exception()
console.log(`A cancelled block is ${canceled.state}, and so is what needs it: ${dependent.state}, by a ${(error as Error).name}`)
console.log(`${WORKFLOWS} workflows, ${WORKFLOWS * 7} blocks, ${WORKFLOWS * 8} tasks`)
await flow.shutdown()
