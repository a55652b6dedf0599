// The packed package on a real Dask cluster: Dask's own scheduler, and workers by the command of the package.
import { strict as assert } from 'node:assert'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { INSTALL_DASK, schedulerPath } from '../../tools/dask.mjs'
import { root } from '../../tools/root.mjs'
import { INSTALL_RUNTIMES, programOf } from '../../tools/runtimes.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite, skipAll } from '../suite.mjs'
import { Cluster } from './cluster.mjs'

const scheduler = schedulerPath()

async function testDask() {
  const consumer = await Consumer.create()
  consumer.write('in-test.mjs', IN_TEST)

  /** Runs a script that gets the address; answers what it printed. */
  const script = (cluster, file, text) => {
    consumer.write(file, `import { backendOn, ended } from './in-test.mjs'\nimport assert from 'node:assert/strict'\n${text}`)
    return consumer.run(process.execPath, [file, cluster.address], { timeoutMs: 120_000 })
  }
  /** A test on a cluster of its own. */
  const onCluster = (nthreads, test) => async () => {
    const cluster = await Cluster.start(scheduler, consumer)
    try {
      const workers = await Promise.all(nthreads.map((count, i) => cluster.worker(`js-${i}`, count)))
      return await test(cluster, workers)
    } finally {
      await cluster.end()
    }
  }

  const inRuntime = (runtime, flags) =>
    onCluster([1], async (cluster) => {
      const program = programOf(runtime)
      if (program === undefined) return INSTALL_RUNTIMES
      consumer.write(`${runtime}.mjs`, SQUARES)
      assert.match(await consumer.run(program, [...flags, `${runtime}.mjs`, cluster.address]), /0,1,4,9/)
    })
  const tests = {
    'a thousand tasks are right, and the process ends by itself': onCluster([1, 1], async (cluster) => {
      await script(
        cluster,
        'thousand.mjs',
        `const backend = await backendOn()
         const tasks = Array.from({ length: 1_000 }, (_, n) => ({ uid: 'task.' + n, function: async (n) => n * n, args: [n] }))
         await ended(backend, tasks)
         tasks.forEach(({ returnValue }, n) => assert.equal(returnValue, n * n))
         await backend.shutdown()`,
      )
    }),
    'a process that does nothing more ends by itself, without a shutdown': onCluster([1], async (cluster) => {
      const output = await script(
        cluster,
        'forgets.mjs',
        `const backend = await backendOn()
         const [task] = await ended(backend, [{ uid: 'task', async function() {
           await new Promise((resolve) => setTimeout(resolve, 300))
           return 7
         } }])
         console.log(task.returnValue)`,
      )
      assert.match(output, /7/)
    }),
    'RUNNING, progress and logs come in order, before the end': onCluster([1], async (cluster) => {
      const output = await script(
        cluster,
        'order.mjs',
        `const backend = await backendOn()
         backend.registerCallback((task, state) => console.log(state))
         backend.onProgress((task, progress) => console.log('progress', progress))
         backend.onLog((task, { args }) => console.log('log', ...args))
         await ended(backend, [{ uid: 'task', async function() {
           this.report(1)
           await new Promise((resolve) => setTimeout(resolve, 50))
           this.log('said')
           this.report(2)
           return 3
         } }])
         await backend.shutdown()`,
      )
      assert.match(output, /RUNNING\nprogress 1\nlog said\nprogress 2\nDONE/)
    }),
    'a loop that is cancelled stops, and its worker goes on': onCluster([1], async (cluster) => {
      await script(
        cluster,
        'cancel.mjs',
        `const backend = await backendOn()
         const loop = { uid: 'loop', function: async () => { for (;;); } }
         const running = new Promise((resolve) => backend.registerCallback((task, state) => state === 'RUNNING' && resolve()))
         const over = ended(backend, [loop])
         await running
         assert.equal(await backend.cancelTask('loop'), true)
         await over
         assert.equal(loop.state, 'CANCELED')
         const [next] = await ended(backend, [{ uid: 'next', function: async () => 1 }])
         assert.equal(next.returnValue, 1)
         await backend.shutdown()`,
      )
    }),
    'futures go on where they lie, and engines run on it': onCluster([1, 1], async (cluster) => {
      await script(
        cluster,
        'futures.mjs',
        `import { Client, DaskExecutionBackend, WorkflowEngine } from 'daskflow'
         const address = process.argv[2]
         const client = await Client.create({ address })
         const parts = client.map((n) => new Float64Array(10_000).fill(n), [1, 2, 3, 4])
         const sums = parts.map((part) => client.submit((data) => data.reduce((a, b) => a + b), [part]))
         assert.deepEqual(await client.gather(sums), [10_000, 20_000, 30_000, 40_000])
         const failing = client.submit(() => { throw new RangeError('no') })
         await assert.rejects(client.submit((n) => n, [failing]).result(), { name: 'RangeError', message: 'no' })
         const data = await client.scatter(new Float64Array([1, 2, 3]))
         assert.equal(await client.submit((values) => values.length, [data]), 3)
         const { workers } = await client.schedulerInfo()
         assert.deepEqual(Object.values(workers).map(({ nthreads }) => nthreads), [1, 1])
         assert.equal((await client.whoHas(data))[data.key].every((id) => id in workers), true)
         await client.close()
         const flow = await WorkflowEngine.create({ backend: new DaskExecutionBackend({ address }) })
         const add = flow.functionTask(async (a, b) => a + b)
         assert.equal(await add(add(1, 2), add(3, 4)), 10)
         await flow.shutdown()`,
      )
    }),
    'a worker that is killed takes nothing with it': onCluster([1, 1], async (cluster, [first]) => {
      const run = script(
        cluster,
        'killed.mjs',
        `const backend = await backendOn()
         const slow = async (n) => { await new Promise((resolve) => setTimeout(resolve, 50)); return n }
         const tasks = Array.from({ length: 60 }, (_, n) => ({ uid: 'task.' + n, function: slow, args: [n] }))
         await ended(backend, tasks)
         tasks.forEach(({ returnValue }, n) => assert.equal(returnValue, n))
         await backend.shutdown()`,
      )
      const timer = setTimeout(() => void first.end('SIGKILL'), 1_000)
      await run
      clearTimeout(timer)
    }),
    'what cannot be sent fails its task, and not its worker': onCluster([1], async (cluster) => {
      await script(
        cluster,
        'unsendable.mjs',
        `const backend = await backendOn()
         const [error, result, next] = await ended(backend, [
           { uid: 'error', function: async () => { throw Object.assign(new RangeError('far'), { data: new SharedArrayBuffer(8) }) } },
           { uid: 'result', function: async () => ({ deep: [new SharedArrayBuffer(8)] }) },
           { uid: 'next', async function() { this.report(new SharedArrayBuffer(8)); return 1 } },
         ])
         assert.equal(error.exception.name, 'RangeError')
         assert.equal(error.exception.message, 'far')
         assert.equal(result.exception.code, 'ERR_TASK_VALIDATION')
         assert.equal(next.returnValue, 1)
         await backend.shutdown()`,
      )
    }),
    'amounts of a worker are shared by what runs there': onCluster([], async (cluster) => {
      await cluster.worker('gpu', 2, ['--resources', 'GPU=1'])
      const output = await script(
        cluster,
        'amounts.mjs',
        `const backend = await backendOn()
         const order = []
         backend.onLog((task, { args }) => order.push(...args))
         const fn = async function (n) { this.log('+' + n); await new Promise((resolve) => setTimeout(resolve, 100)); this.log('-' + n) }
         const taskBackendSpecificKwargs = { resources: { GPU: 1 } }
         await ended(backend, [1, 2, 3].map((n) => ({ uid: 'task.' + n, function: fn, args: [n], taskBackendSpecificKwargs })))
         console.log(order.join())
         await backend.shutdown()`,
      )
      assert.match(output, /^\+(\d),-\1,\+(\d),-\2,\+(\d),-\3$/m)
    }),
    'a worker that is told to end hands over what it has': onCluster([1], async (cluster, [first]) => {
      const run = script(
        cluster,
        'retire.mjs',
        `import { Client } from 'daskflow'
         const client = await Client.create({ address: process.argv[2] })
         const made = client.submit(() => [Math.random(), new Float64Array(5_000).fill(1)])
         const [random] = await made
         console.log('made')
         await new Promise((resolve) => setTimeout(resolve, 4_000))
         assert.equal((await client.submit((value) => value[0], [made])), random)
         await client.close()`,
      )
      await cluster.worker('second')
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      const [code] = await first.end('SIGTERM')
      assert.equal(code, 0, first.output)
      await run
    }),
    'when the scheduler is gone, what is live fails, and workers end': onCluster([1], async (cluster, [worker]) => {
      const run = script(
        cluster,
        'gone.mjs',
        `const backend = await backendOn()
         const [task] = await ended(backend, [{ uid: 'task', function: async () => new Promise(() => {}) }], () => console.log('submitted'))
         assert.equal(task.exception.name, 'CommClosedError')
         assert.equal(task.exception.code, 'ERR_COMM_CLOSED')
         assert.equal(await backend.state(), 'DISCONNECTED')
         await backend.shutdown()`,
      )
      setTimeout(() => void cluster.scheduler.end('SIGKILL'), 2_000)
      await run
      await worker.said(/Left the cluster/)
    }),
    'a cluster without a JavaScript worker, or no cluster at all, is one clear error': onCluster([], async (cluster) => {
      const output = await script(
        cluster,
        'none.mjs',
        `import { DaskExecutionBackend } from 'daskflow'
         for (const address of [process.argv[2], 'tcp://127.0.0.1:9']) {
           const error = await new DaskExecutionBackend({ address, timeout: 1_000 }).start().catch((error) => error)
           console.log(error.code, error.message)
         }`,
      )
      assert.match(
        output,
        /ERR_CLUSTER The cluster at tcp:\S+ had no JavaScript worker within 1000 ms. Start one.*npx daskflow worker/,
      )
      assert.match(output, /ERR_COMM_CLOSED Could not connect to tcp:\/\/127.0.0.1:9: .*ECONNREFUSED/)
    }),
    'Deno submits': inRuntime('deno', ['run', '--allow-all']),
    'Bun submits': inRuntime('bun', ['run']),
    'functions of Python are called by name, and take what JavaScript made': onCluster([1], async (cluster) => {
      await cluster.pythonWorker(scheduler)
      await script(
        cluster,
        'python.mjs',
        `import { Client, pythonFunction } from 'daskflow'
         const client = await Client.create({ address: process.argv[2] })
         const made = client.submit(() => [3, 1, 2])
         const sorted = client.submit(pythonFunction('builtins.sorted'), [made])
         assert.deepEqual(await sorted, [1, 2, 3])
         assert.equal(await client.submit((list) => list[0], [sorted]), 1)
         const call = (name, ...args) => client.submit(pythonFunction(name), args).result()
         assert.equal(await call('math.sqrt', 2), Math.SQRT2)
         assert.equal(await call('builtins.repr', { a: [1n, 'x', null, true, new Uint8Array([65])] }), "{'a': [1, 'x', None, True, b'A']}")
         assert.equal(await call('math.factorial', 30), 265252859812191058636308480000000n)
         assert.deepEqual(await call('builtins.dict', [['a', 1]]), { a: 1 })
         assert.equal(String(await call('decimal.Decimal', '1.5')), 'decimal.Decimal("1.5")')
         const date = new Date('2026-11-23T13:00:00.123Z')
         assert.deepEqual(await call('copy.copy', date), date)
         assert.deepEqual(await call('copy.copy', new Float64Array([1.5])), new Float64Array([1.5]))
         await assert.rejects(call('operator.truediv', 1, 0), /failed in Python: .*ZeroDivisionError\\("division by zero"\\)/)
         await client.close()`,
      )
    }),
    'Python sees our workers, and its tasks run beside ours': onCluster([1], async (cluster) => {
      await cluster.pythonWorker(scheduler)
      consumer.write('mixed.py', MIXED)
      const python = consumer.run(process.env.PYTHON ?? '/usr/bin/python3', ['mixed.py', cluster.address], { timeoutMs: 60_000 })
      const ours = script(
        cluster,
        'mixed.mjs',
        `const backend = await backendOn()
         const tasks = Array.from({ length: 200 }, (_, n) => ({ uid: 'task.' + n, function: async (n) => n, args: [n] }))
         await ended(backend, tasks)
         tasks.forEach(({ returnValue }, n) => assert.equal(returnValue, n))
         await backend.shutdown()`,
      )
      const [output] = await Promise.all([python, ours])
      assert.match(output, /names .*js-0/)
      assert.match(output, /sum 19900/)
    }),
  }

  const conformance = () =>
    onCluster([2], async (cluster) => {
      const cases = pathToFileURL(resolve(root, 'e2e/conformance.mjs'))
      const text = `import * as daskflow from 'daskflow'
import { nodeLimits, runConformance, subjectOf } from '${cases}'
class Backend extends daskflow.DaskExecutionBackend {
  constructor(_, options) {
    super({ address: process.argv[2] }, options)
  }
}
const fixtures = new URL('./fixtures/', import.meta.url)
await runConformance({ ...subjectOf(daskflow, { limits: nodeLimits(process.version), fixtures, Backend }), kind: 'base' })`
      return script(cluster, 'conformance.mjs', text)
    })()

  try {
    await runSuite(tests, conformance)
  } finally {
    consumer.remove()
  }
}

const IN_TEST = `
import { DaskExecutionBackend } from 'daskflow'
export const backendOn = () => new DaskExecutionBackend({ address: process.argv[2] }).start()
/** Resolves to the records when all have ended. */
export async function ended(backend, tasks, submitted = () => {}) {
  let left = tasks.length
  const over = new Promise((resolve) => backend.registerCallback((task, state) => state !== 'RUNNING' && --left === 0 && resolve()))
  await backend.submitTasks(tasks)
  submitted()
  await over
  return tasks
}
`

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

const MIXED = `
import sys
from distributed import Client
with Client(sys.argv[1]) as client:
    print('names', [worker['name'] for worker in client.scheduler_info()['workers'].values()])
    print('sum', sum(client.gather(client.map(lambda n: n, range(200)))))
`

if (scheduler === undefined) skipAll('all of a real Dask cluster', INSTALL_DASK)
else await testDask()
