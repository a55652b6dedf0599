import { strict as assert } from 'node:assert'
import { INSTALL_RUNTIMES, programOf } from '../../tools/runtimes.mjs'

/** What submits to a cluster, beside Node. */
export const runtimeTests = (stage) => ({
  'Deno submits': inRuntime(stage, 'deno', ['run', '--allow-all']),
  'Bun submits': inRuntime(stage, 'bun', ['run']),
})

const inRuntime = (stage, runtime, flags) =>
  stage.on([1], async (cluster) => {
    const program = programOf(runtime)
    if (program === undefined) return INSTALL_RUNTIMES
    stage.consumer.write(`${runtime}.mjs`, SQUARES)
    assert.match(await cluster.script(`${runtime}.mjs`, [program, ...flags]).succeeded(), /0,1,4,9/)
  })

const SQUARES = `
import { DaskExecutionBackend } from 'daskflow'
const backend = await new DaskExecutionBackend({ address: process.argv[2] })
const tasks = [0, 1, 2, 3].map((n) => ({ uid: 'task.' + n, function: async (n) => n * n, args: [n] }))
let left = tasks.length
await new Promise((resolve) => {
  backend.registerCallback((_, state) => state !== 'RUNNING' && --left === 0 && resolve())
  void backend.submitTasks(tasks)
})
console.log(tasks.map(({ returnValue }) => returnValue).join())
await backend.shutdown()
process.exit()
`
