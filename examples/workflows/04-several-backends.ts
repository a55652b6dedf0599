// Several backends: functions run on one, prompts on another, in the same workflow; five documents side by side.
//
//     tidy (compute)  →  summarize (ai)  →  present (compute)
//
//   npm run start:workflows -- 04
//   deno run -A examples/workflows/04-several-backends.ts
//   bun examples/workflows/04-several-backends.ts
import { DaskExecutionBackend as Backend, NoopExecutionBackend, WorkflowEngine } from 'daskflow' // The backend: change this line.

const DOCUMENTS = [
  '  Futures are ARGUMENTS: a task starts when its inputs are there. ',
  'A block is cancelled;\n  what it started is, too.',
  'Workers are replaced when they are lost.  ',
  'Each backend has a NAME,   and a task says which one it wants.',
  'The first backend is the default.',
]

const compute = new Backend({ name: 'compute' })
// It only pretends to be a model: 05-mixed.ts gives a backend a function to ask a real one with.
const ai = new NoopExecutionBackend({ name: 'ai' })
const flow = await WorkflowEngine.create({ backend: [compute, ai] })

const tidy = flow.functionTask({ backend: 'compute' }, async (text: string) =>
  text
    .toLowerCase()
    .replace(/[.,:;]/g, '')
    .trim()
    .split(/\s+/)
    .join(' '),
)
// Runs here, and what it answers is what the backend is asked.
const summarize = flow.promptTask({ backend: 'ai' }, async (text: string) => `Summarize in one sentence:\n\n${text}`)
const present = flow.functionTask({ backend: 'compute' }, async (text: string, summary: string) => {
  const words = text.split(' ')
  return `${words.length} words, from "${words.at(0)}" to "${words.at(-1)}". Summary: ${summary}`
})

async function readDocument(document: string) {
  const text = tidy(document)
  return present(text, summarize(text))
}

const results = await Promise.all(DOCUMENTS.map(readDocument))
for (const [i, result] of results.entries()) console.log(`Document ${i + 1}: ${result}`)
console.log(`${DOCUMENTS.length} documents, ${DOCUMENTS.length * 3} tasks on 2 backends`)
await flow.shutdown()
