// The packed package where there are no workers: Node with the export conditions of an edge runtime, and without what such
// a runtime has not.
import { strict as assert } from 'node:assert'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../../tools/root.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite } from '../suite.mjs'

const consumer = await Consumer.create()

// As on the edge: strings are not evaluated, and these are missing (in workerd, by the compatibility date).
const EDGE = ['--conditions=workerd', '--disallow-code-generation-from-strings', '--import=./edge.mjs']
consumer.write('edge.mjs', 'for (const name of ["MessageChannel", "WeakRef", "FinalizationRegistry"]) delete globalThis[name]')

function edge(file, text) {
  consumer.write(file, text)
  return consumer.run(process.execPath, [...EDGE, file], { timeoutMs: 300_000 })
}

const TESTS = {
  'an edge runtime gets it by its export condition, and the process ends by itself': async () => {
    const output = await edge(
      'edge-main.mjs',
      `import { DaskExecutionBackend, runtime } from 'daskflow'
       import { expose, getTaskContext } from 'daskflow/worker'
       import { inspect } from 'node:util'
       expose({ greet: async (name) => 'hello ' + name + ' from ' + getTaskContext().uid })
       const backend = await new DaskExecutionBackend()
       const given = { n: 1 }
       backend.registerCallback((task, state) => state !== 'RUNNING' && console.log(task.uid, state, inspect(task.returnValue)))
       await backend.submitTasks([
         { uid: 'named', function: 'greet', args: ['you'] },
         { uid: 'closure', function: async (record) => { record.n++; return [record.n, runtime.name] }, args: [given] },
       ])
       process.on('exit', () => console.log('given', given.n))`,
    )
    assert.match(output, /named DONE 'hello you from named'/)
    assert.match(output, /closure DONE \[ 2, 'inline' \]/)
    assert.match(output, /given 1/)
  },
  'what waits behind a cancelled task that never ends is run before the process ends': async () => {
    const output = await edge(
      'edge-stuck.mjs',
      `import { DaskExecutionBackend } from 'daskflow'
       const backend = await new DaskExecutionBackend({ nWorkers: 1 })
       backend.registerCallback((task, state) => {
         console.log(task.uid, state)
         if (task.uid === 'stuck' && state === 'RUNNING') backend.cancelTask('stuck')
       })
       await backend.submitTasks([
         { uid: 'stuck', function: async () => new Promise(() => {}) },
         { uid: 'behind', function: async () => 1 },
       ])`,
    )
    assert.match(output, /stuck CANCELED\nbehind RUNNING\nbehind DONE/)
  },
  'it is there by name, beside another': async () => {
    consumer.write(
      'both.mjs',
      `import * as node from 'daskflow'
       import * as inline from 'daskflow/runtime-inline'
       import { isMainThread } from 'node:worker_threads'
       const where = async () => (await import('node:worker_threads')).isMainThread
       for (const { DaskExecutionBackend } of [node, inline, node]) {
         await using backend = await new DaskExecutionBackend({ nWorkers: 1 })
         const done = new Promise((resolve) => backend.registerCallback((task, state) => state !== 'RUNNING' && resolve(task)))
         await backend.submitTasks([{ uid: 'task', function: where }])
         console.log((await done).returnValue)
       }`.replace('await using backend', 'const backend'),
    )
    assert.match(await consumer.run(process.execPath, ['both.mjs']), /false\ntrue\nfalse/)
  },
}

function conformance() {
  const cases = pathToFileURL(resolve(root, 'e2e/conformance.mjs'))
  const text = `import * as daskflow from 'daskflow'
import { BY_REFERENCE, NO_MESSAGE_CHANNEL, NO_PROCESSES, nodeLimits, runConformance, SAME_THREAD, subjectOf } from '${cases}'
const limits = { ...SAME_THREAD, ...BY_REFERENCE, ...NO_MESSAGE_CHANNEL, ...NO_PROCESSES, ...nodeLimits(process.version) }
const fixtures = new URL('./fixtures/', import.meta.url)
const workerOf = (file) => () => import(new URL(file, fixtures))
await runConformance(subjectOf(daskflow, { limits, fixtures, workerOf }))`
  return edge('edge-conformance.mjs', text)
}

try {
  await runSuite(TESTS, conformance)
} finally {
  consumer.remove()
}
