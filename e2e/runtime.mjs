import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../tools/root.mjs'
import { programOf } from '../tools/runtimes.mjs'
import { Consumer } from './consumer.mjs'
import { runSuite } from './suite.mjs'

const SQUARES = `
import { DaskExecutionBackend } from 'daskflow'
const backend = await new DaskExecutionBackend({ nWorkers: 2 })
backend.registerCallback((task, state) => state === 'DONE' && console.log(task.uid, task.returnValue))
await backend.submitTasks([1, 2, 3].map((n) => ({ uid: 'square.' + n, function: async (n) => n * n, args: [n] })))
`

/**
 * Runs the packed package in a runtime that is a program of its own: a script that ends by itself, without flags, and the
 * conformance cases.
 *
 * @param runtime as its program is called
 * @param limits the name of what it cannot do, in test/conformance/limits.ts
 * @param flags for the cases, which read files of the repository
 */
export async function runInRuntime(runtime, { limits, run = [], flags = [] }) {
  const program = programOf(runtime)
  if (program === undefined) {
    console.log(`skipped: all of ${runtime}: it is not installed (npm install --prefix e2e)`)
    console.log('0 passed, 0 failed, 1 skipped')
    return
  }
  const consumer = await Consumer.create()
  const tests = {
    [`a ${runtime} script runs tasks, and ends by itself, without a flag`]: async () => {
      consumer.write('squares.mjs', SQUARES)
      const output = await consumer.run(program, [...run, 'squares.mjs'])
      for (const line of ['square.1 1', 'square.2 4', 'square.3 9']) {
        if (!output.includes(line)) throw new Error(`'${line}' is missing in\n${output}`)
      }
    },
  }
  const cases = pathToFileURL(resolve(root, 'e2e/conformance.mjs'))
  consumer.write(
    'conformance.mjs',
    `import * as daskflow from 'daskflow'
import process from 'node:process'
import { ${limits} as limits, runConformance } from '${cases}'
const fixtures = new URL('./fixtures/', import.meta.url)
await runConformance({ daskflow, Backend: daskflow.DaskExecutionBackend, kind: 'dask', limits, fixtures })
process.exit(0)`,
  )
  try {
    await runSuite(tests, () => consumer.run(program, [...run, ...flags, 'conformance.mjs'], { timeoutMs: 240_000 }))
  } finally {
    consumer.remove()
  }
}
