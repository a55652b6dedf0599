// The packed package in an empty folder, under plain Node: what a user has.
import { strict as assert } from 'node:assert'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from '../../tools/root.mjs'
import { bundle } from '../bundle.mjs'
import { NODE_LIMITS, writeCases } from '../cases-program.mjs'
import { Consumer } from '../consumer.mjs'
import { seeSigterm } from '../sigterm.mjs'
import { runSuite } from '../suite.mjs'
import { seeTypeScript, seeTypeScriptRefused } from '../typescript.mjs'

const consumer = await Consumer.create()

/** Runs a module of the folder with Node. */
function node(file, text, flags = [], options = {}) {
  consumer.write(file, text)
  return consumer.run(process.execPath, [...flags, file], options)
}

const PRINT_SQUARES = `
backend.registerCallback((task, state) => { if (state === 'DONE') console.log(task.uid, task.returnValue) })
await backend.submitTasks([1, 2, 3].map((n) => ({ uid: 'square.' + n, function: async (n) => n * n, args: [n] })))
`
const SQUARES = /square\.1 1\nsquare\.2 4\nsquare\.3 9/

const TESTS = {
  'an ES module imports it, and the process ends by itself': async () => {
    const output = await node(
      'esm.mjs',
      `import { DaskExecutionBackend } from 'daskflow'\nconst backend = await new DaskExecutionBackend({ nWorkers: 1 })\n${PRINT_SQUARES}`,
    )
    assert.match(output, SQUARES)
  },
  'the command says its version, and what was typed wrong': async () => {
    const cli = join(consumer.folder, 'node_modules/daskflow/dist/node/cli.js')
    const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'))
    assert.equal((await consumer.run(process.execPath, [cli, '--version'])).trim(), version)
    for (const typed of [['dance'], ['worker', 'here'], ['worker', 'tcp://127.0.0.1:1', '--nthreads', '0']])
      await assert.rejects(consumer.run(process.execPath, [cli, ...typed]), /exit code 2\n.*\n\nUsage: daskflow/)
  },
  'a CommonJS module requires it': async () => {
    const output = await node(
      'cjs.cjs',
      `const { DaskExecutionBackend } = require('daskflow')
       DaskExecutionBackend.create({ nWorkers: 1 }).then(async (backend) => {${PRINT_SQUARES}})`,
    )
    assert.match(output, SQUARES)
  },
  'a program that was bundled whole brings its worker': async () => {
    consumer.write(
      'to-bundle.mjs',
      `import { DaskExecutionBackend } from 'daskflow'\nconst backend = await new DaskExecutionBackend({ nWorkers: 1 })\n${PRINT_SQUARES}`,
    )
    const alone = join(consumer.folder, 'alone')
    mkdirSync(alone)
    await bundle(join(consumer.folder, 'to-bundle.mjs'), join(alone, 'program.mjs'), ['node', 'import'])
    assert.match(await consumer.run(process.execPath, ['alone/program.mjs']), SQUARES)
  },
  'what a page loads holds nothing of what speaks to a Dask cluster, until it does': async () => {
    consumer.write('to-show.mjs', `export * from 'daskflow'`)
    const site = join(consumer.folder, 'shown')
    mkdirSync(site)
    await bundle(join(consumer.folder, 'to-show.mjs'), join(site, 'page.js'))
    const speaksDask = readdirSync(site).filter((file) => readFileSync(join(site, file), 'utf8').includes('update-graph'))
    assert.equal(speaksDask.length, 1)
    assert.notEqual(speaksDask[0], 'page.js')
    assert.doesNotMatch(readFileSync(join(site, 'page.js'), 'utf8'), /from ?['"]\.\//, 'a chunk that is loaded at once')
  },
  'a million futures leave the heaps as they were, released or forgotten': async () => {
    const text = readFileSync(new URL('./million-futures.mjs', import.meta.url), 'utf8')
    const { grown, values } = JSON.parse(await node('million-futures.mjs', text, ['--expose-gc'], { timeoutMs: 120_000 }))
    for (const bytes of grown) assert.ok(bytes < 8e6, `a heap has grown by ${bytes} bytes`)
    assert.equal(values, 0, 'values that are left in the worker')
  },
  'a million tasks of a workflow leave the heap as it was': async () => {
    const text = readFileSync(new URL('./million-tasks.mjs', import.meta.url), 'utf8')
    const { grown } = JSON.parse(await node('million-tasks.mjs', text, ['--expose-gc'], { timeoutMs: 120_000 }))
    assert.ok(grown < 8e6, `the heap has grown by ${grown} bytes`)
  },
  'every runtime is there by name': async () => {
    await node(
      'by-name.mjs',
      `import * as auto from 'daskflow'\nimport * as node from 'daskflow/runtime-node'
       if (auto.DaskExecutionBackend !== node.DaskExecutionBackend) throw new Error('two copies')`,
    )
  },
  'a program on the command line starts workers too': async () => {
    const text = `import { DaskExecutionBackend } from 'daskflow'\nconst backend = await new DaskExecutionBackend({ nWorkers: 1 })\n${PRINT_SQUARES}`
    assert.match(await consumer.run(process.execPath, ['--input-type=module', '--eval', text]), SQUARES)
  },
  'inline functions run where strings are not evaluated': async () => {
    const text = `import { DaskExecutionBackend } from 'daskflow'\nconst backend = await new DaskExecutionBackend({ nWorkers: 1 })\n${PRINT_SQUARES}`
    assert.match(await node('no-eval.mjs', text, ['--disallow-code-generation-from-strings']), SQUARES)
  },
  'an idle backend does not keep the process alive': async () => {
    await node(
      'idle.mjs',
      `import { DaskExecutionBackend } from 'daskflow'\nawait new DaskExecutionBackend()\nconsole.log('started')`,
    )
  },
  'a task that could not be sent does not, either': async () => {
    const output = await node(
      'unsendable.mjs',
      `import { DaskExecutionBackend } from 'daskflow'
       const backend = await new DaskExecutionBackend({ nWorkers: 1 })
       backend.registerCallback((task, state) => console.log(state, task.exception.path))
       await backend.submitTasks([{ uid: 'task', function: async () => 1, args: [() => 1] }])`,
    )
    assert.match(output, /FAILED args\[0\]/)
  },
  'a closed port fails its task and not the process': async () => {
    const output = await node(
      'closed-port.mjs',
      `import { DaskExecutionBackend, transfer } from 'daskflow'
       const backend = await new DaskExecutionBackend({ nWorkers: 1 })
       backend.registerCallback((task, state) => { if (state !== 'RUNNING') console.log(task.uid, state, task.exception.code) })
       const { port1 } = new MessageChannel()
       port1.once('close', () => backend.submitTasks([
         { uid: 'argument', function: async () => 1, args: [transfer(port1, [port1])] },
         { uid: 'result', function: async () => {
           const { port1 } = new MessageChannel()
           await new Promise((resolve) => { port1.once('close', resolve); port1.close() })
           return transfer(port1, [port1])
         } },
       ]))
       port1.close()`,
    )
    assert.match(output, /argument FAILED ERR_TASK_VALIDATION/)
    assert.match(output, /result FAILED ERR_TASK_VALIDATION/)
  },
  'a running task does': async () => {
    const output = await node(
      'busy.mjs',
      `import { DaskExecutionBackend } from 'daskflow'
       const backend = await new DaskExecutionBackend()
       backend.registerCallback((_, state) => console.log(state))
       await backend.submitTasks([{ uid: 'task', function: async () => new Promise((resolve) => setTimeout(resolve, 300)) }])`,
    )
    assert.match(output, /RUNNING\nDONE/)
  },
  'a cancelled task that never ends does not': async () => {
    const output = await node(
      'cancelled.mjs',
      `import { DaskExecutionBackend } from 'daskflow'
       const backend = await new DaskExecutionBackend({ nWorkers: 2 })
       // What ends in time holds nothing, however long the time.
       const patient = await new DaskExecutionBackend({ nWorkers: 1, cancelGrace: 2 ** 31 - 1 })
       patient.registerCallback((task, state) => state === 'RUNNING' && patient.cancelTask(task.uid))
       await patient.submitTasks([{ uid: 'obedient', function: async function () {
         await new Promise((resolve) => this.signal.addEventListener('abort', resolve))
       } }])
       backend.registerCallback((task, state) => {
         console.log(task.uid, state)
         if (state === 'RUNNING') backend.cancelTask(task.uid)
       })
       await backend.submitTasks([
         { uid: 'loop', function: async () => { for (;;); } },
         { uid: 'wait', function: async () => new Promise(() => setInterval(() => {}, 1000)) },
       ])`,
    )
    assert.match(output, /loop CANCELED/)
    assert.match(output, /wait CANCELED/)
  },
  'a shutdown ends hot loops, and the process': async () => {
    const output = await node(
      'shutdown.mjs',
      `import { DaskExecutionBackend } from 'daskflow'
       const backend = await new DaskExecutionBackend({ nWorkers: 2, threadsPerWorker: 2 })
       let running = 0
       backend.registerCallback(async (task, state) => {
         if (state === 'CANCELED') console.log(task.uid, state)
         if (state !== 'RUNNING' || ++running < 2) return
         await backend.shutdown()
         console.log('over')
       })
       const loop = async () => { for (;;); }
       await backend.submitTasks([0, 1, 2, 3, 4].map((n) => ({ uid: 'loop.' + n, function: loop })))`,
    )
    assert.equal(output.match(/CANCELED/g)?.length, 5)
    assert.match(output, /over\n$/)
  },
  'a worker that cannot be started ends in an error and not in a process that hangs': async () => {
    const output = await node(
      'no-worker.mjs',
      `import { DaskExecutionBackend } from 'daskflow'
       try { await new DaskExecutionBackend({ worker: new URL('./nowhere.mjs', import.meta.url) }) }
       catch (error) { console.log(error.code, error.message) }`,
    )
    assert.match(output, /ERR_CLUSTER Worker .* could not be started from '.*nowhere\.mjs'\. Error: Cannot find module/)
  },
  'a worker and a module in TypeScript run, or say what to do': () => {
    const see = process.features.typescript ? seeTypeScript : seeTypeScriptRefused
    return see(consumer, process.execPath, [])
  },
  'SIGTERM leaves nothing behind': () => seeSigterm(consumer, process.execPath),
  'a bare specifier is resolved from where the program runs': async () => {
    consumer.writeModule('mypkg', 'export const shout = async (text) => text.toUpperCase()')
    const output = await node(
      'bare.mjs',
      `import { DaskExecutionBackend, moduleFunction } from 'daskflow'
       const backend = await new DaskExecutionBackend({ nWorkers: 1 })
       backend.registerCallback((task, state) => { if (state !== 'RUNNING') console.log(state, task.returnValue, task.exception) })
       await backend.submitTasks([{ uid: 'task', function: moduleFunction('mypkg', 'shout'), args: ['hello'] }])`,
    )
    assert.match(output, /DONE HELLO/)
  },
  'expose() outside of a worker says what to do': async () => {
    const output = await node(
      'expose.mjs',
      `import { expose } from 'daskflow/worker'\ntry { expose({}) } catch (error) { console.log(error.code, error.message) }`,
    )
    assert.match(output, /ERR_CLUSTER expose\(\) was called outside of a worker/)
  },
  'a runtime that is not there says which is': async () => {
    const output = await node(
      'web-in-node.mjs',
      `import { DaskExecutionBackend } from 'daskflow/runtime-web'
       try { await new DaskExecutionBackend() } catch (error) { console.log(error.code, error.message) }`,
    )
    assert.match(output, /ERR_CLUSTER .*There are no Web Workers here.*in Node, 'daskflow\/runtime-node'/)
  },
  'its types serve a project with the types of Node': () => typesServe('types-node.ts', { types: ['node'], lib: ['ES2022'] }),
  'its types serve a project with those of the DOM': () =>
    typesServe('types-dom.ts', {
      types: [],
      lib: ['ES2022', 'DOM'],
      module: 'ESNext',
      moduleResolution: 'bundler',
    }),
  'it holds what is needed and nothing else': () => {
    const strangers = consumer
      .packageFiles()
      .filter(
        (file) =>
          !/^(dist|dist[\\/].*|python([\\/]daskflow_client\.py)?|README\.md|LICENSE|CHANGELOG\.md|package\.json)$/.test(file),
      )
    assert.deepEqual(strangers, [])
  },
}

async function typesServe(file, options) {
  consumer.write(
    file,
    `/// <reference types="daskflow/globals" />
     import { DaskExecutionBackend, type TaskRecord } from 'daskflow'
     import { expose, getTaskContext } from 'daskflow/worker'
     const backend = await new DaskExecutionBackend({ nWorkers: 2 })
     backend.registerCallback((task: TaskRecord, state) => void [task.returnValue, state satisfies string])
     await backend.submitTasks([{ uid: 'a', function: async () => globalThis.getTaskContext().report(1) }])
     expose({ fn: async (n: number) => (getTaskContext().signal.aborted ? 0 : n) })\n`,
  )
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'ES2022',
    module: 'NodeNext',
    skipLibCheck: false,
    typeRoots: [resolve(root, 'node_modules/@types')],
    ...options,
  }
  consumer.write('tsconfig.json', JSON.stringify({ compilerOptions, files: [file] }))
  await consumer.run(process.execPath, [resolve(root, 'node_modules/typescript/bin/tsc'), '-p', '.'])
}

/** @param file of e2e, the conformance cases or the faults */
function runsIn(file) {
  writeCases(consumer, file, { limits: NODE_LIMITS })
  return () => consumer.run(process.execPath, [file], { timeoutMs: 240_000 })
}

try {
  await runSuite(TESTS, runsIn('conformance.mjs'), runsIn('faults.mjs'))
} finally {
  consumer.remove()
}
