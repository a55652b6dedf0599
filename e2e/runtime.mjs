import { strict as assert } from 'node:assert'
import { INSTALL_RUNTIMES, programOf } from '../tools/runtimes.mjs'
import { writeCases } from './cases-program.mjs'
import { Consumer } from './consumer.mjs'
import { seeSigterm } from './sigterm.mjs'
import { runSuite, skipAll } from './suite.mjs'
import { seeTypeScript } from './typescript.mjs'

const SQUARES = [1, 2, 3]

/** A script that needs no more than the package. */
const squares = (entry, atEnd) => `
import { DaskExecutionBackend } from '${entry}'
const backend = await new DaskExecutionBackend({ nWorkers: 2 })
let left = ${SQUARES.length}
backend.registerCallback((task, state) => {
  if (state !== 'DONE') return
  console.log(task.uid, task.returnValue)
  if (--left === 0) {${atEnd}}
})
await backend.submitTasks([${SQUARES}].map((n) => ({ uid: 'square.' + n, function: async (n) => n * n, args: [n] })))
`

/** Each runtime at work while another starts, and another ends. */
const SIDE_BY_SIDE = `
import assert from 'node:assert/strict'
import * as auto from 'daskflow'
import * as node from 'daskflow/runtime-node'
import * as web from 'daskflow/runtime-web'
import * as inline from 'daskflow/runtime-inline'
assert.equal(auto.DaskExecutionBackend, node.DaskExecutionBackend)
async function runSquares({ DaskExecutionBackend, runtime }) {
  const backend = await new DaskExecutionBackend({ nWorkers: 1, name: runtime.name })
  const numbers = Array.from({ length: 100 }, (_, n) => n)
  const results = []
  const ended = new Promise((resolve) => backend.registerCallback((task, state) => {
    if (state !== 'RUNNING' && results.push(task.returnValue) === numbers.length) resolve()
  }))
  await backend.submitTasks(numbers.map((n) => ({ uid: runtime.name + n, function: async (n) => n * n, args: [n] })))
  await ended
  assert.deepEqual(results.sort((a, b) => a - b), numbers.map((n) => n * n))
  await backend.shutdown()
  return runtime.name
}
console.log(...(await Promise.all([node, web, inline, web, node].map(runSquares))))
`

/**
 * Runs the packed package in a runtime that is a program of its own: a script that ends by itself, without flags, and the
 * conformance cases.
 *
 * @param runtime as its program is called
 * @param limits the name of what it cannot do, in test/conformance/limits.ts
 * @param entry what is imported; one by name has its own `…/worker`
 * @param run what comes before the name of a script
 * @param flags for what reads files outside of a package, as the cases do
 * @param faults whether those are tried, too
 * @param atEnd what a script must do when all is done, so that it ends
 */
export async function runInRuntime(runtime, { limits, entry = 'daskflow', run = [], flags = [], atEnd = '', faults = false }) {
  const program = programOf(runtime)
  if (program === undefined) return skipAll(`all of ${runtime}`, INSTALL_RUNTIMES)
  const consumer = await Consumer.create()
  const script = (file, text) => {
    consumer.write(file, text)
    return consumer.run(program, [...run, file])
  }
  const tests = {
    [`a ${runtime} script runs tasks, and ends by itself, without a flag`]: async () => {
      const output = await script('squares.mjs', squares(entry, atEnd))
      for (const n of SQUARES) assert.match(output, new RegExp(`square.${n} ${n * n}$`, 'm'))
    },
    'runtimes by name do not disturb each other': async () =>
      assert.match(await script('side-by-side.mjs', SIDE_BY_SIDE), /^node web inline web node$/m),
    'a worker and a module in TypeScript': () => seeTypeScript(consumer, program, [...run, ...flags], entry),
    ...(faults && { 'SIGTERM leaves nothing behind': () => seeSigterm(consumer, program, run) }),
  }
  consumer.edit('fixtures/worker.js', (text) => text.replace('daskflow/worker', `${entry}/worker`))
  const files = faults ? ['conformance.mjs', 'faults.mjs'] : ['conformance.mjs']
  for (const file of files) writeCases(consumer, file, { limits, entry, atEnd: 'process.exit(0)' })
  const programs = files.map((file) => () => consumer.run(program, [...run, ...flags, file], { timeoutMs: 240_000 }))
  try {
    await runSuite(tests, ...programs)
  } finally {
    consumer.remove()
  }
}
