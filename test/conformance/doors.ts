import { expect } from 'chai'
import type { Cluster, TaskSpec } from '../../src/index.js'
import { cases, type TaskRecord } from './case.js'
import { errorOf, Recorder, runOne, runTasks } from './recorder.js'

/** A cluster of the user's own: runs each spec at once, on this thread, and writes down what it was asked. */
function ownCluster(specs: TaskSpec[], calls: string[]): Cluster {
  return {
    connected: true,
    start: async () => void calls.push('start'),
    submitBatch(batch, sink) {
      const handles = batch.map(({ uid, owner }) => ({ uid, owner }))
      specs.push(...batch)
      queueMicrotask(() => {
        for (const handle of handles) {
          sink.running(handle)
          sink.done(handle, 'from the cluster')
        }
      })
      return { handles }
    },
    cancel: async () => 0,
    onWorker: () => () => calls.push('left'),
    onLog: () => () => {},
    close: async () => void calls.push('close'),
  }
}

export const doors = [
  ...cases('cluster', ['dask'], {
    'one that was given is used, and not closed': async ({ start }) => {
      const calls: string[] = []
      const backend = await start(undefined, { cluster: ownCluster([], calls) })
      expect((await runOne(backend, async () => 'from a worker')).returnValue).to.equal('from the cluster')
      await backend.shutdown()
      expect(calls).to.deep.equal(['start', 'left'])
    },
    'a client’s is used, and not closed': async ({ client, make }) => {
      const dask = await client({ nWorkers: 1 })
      const backend = make(undefined, { client: dask })
      await backend.start()
      expect((await runOne(backend, async () => 'there')).returnValue).to.equal('there')
      await backend.shutdown()
      expect(await dask.submit(async () => 'still there')).to.equal('still there')
    },
    'it has limits of its own': async ({ Backend }) => {
      for (const resources of [{ nWorkers: 2 }, { maxQueue: 1 }, { memoryLimit: '1GiB' }]) {
        const error = await errorOf(() => new Backend(resources, { cluster: ownCluster([], []) }))
        expect(error.code).to.equal('ERR_RESOURCES')
        expect(error.message).to.contain(Object.keys(resources)[0])
      }
    },
    'it is told the name, the arguments and what moves': async ({ start, daskflow: { moduleFunction, transfer } }) => {
      const specs: TaskSpec[] = []
      const backend = await start(undefined, { cluster: ownCluster(specs, []) })
      const buffer = new ArrayBuffer(1)
      const tasks: TaskRecord[] = [
        { uid: 'given', function: async () => 1, name: 'my task' },
        { uid: 'lambda', function: async () => 1 },
        { uid: 'named', function: async function resize() {} },
        { uid: 'module', function: moduleFunction('pkg', 'blur') },
        { uid: 'name', function: 'sharpen' },
        { uid: 'moved', function: 'x', args: [transfer(buffer, [buffer])], kwargs: { quality: 1 } },
      ]
      const before = structuredClone(tasks.map(({ uid, kwargs }) => ({ uid, kwargs })))
      await runTasks(backend, tasks)
      expect(specs.map((spec) => spec.name)).to.deep.equal(['my task', 'lambda', 'resize', 'blur', 'sharpen', 'x'])
      expect(specs[5]).to.deep.include({ args: [buffer, { quality: 1 }], transfer: [buffer], priority: 0 })
      // Inputs are not rewritten.
      expect(tasks.map(({ uid, kwargs }) => ({ uid, kwargs }))).to.deep.equal(before)
      expect(tasks[5]?.args).to.have.length(1)
    },
    'a start that was given up does not spoil the next': async ({ Backend }) => {
      let go: (() => void) | undefined
      const slow = new Promise<void>((resolve) => {
        go = resolve
      })
      const backend = new Backend(undefined, { cluster: { ...ownCluster([], []), start: () => slow } })
      const first = errorOf(backend.start())
      await backend.shutdown()
      const second = backend.start()
      go?.()
      expect((await first).code).to.equal('ERR_CLOSED')
      await second
      expect(await backend.state()).to.equal('CONNECTED')
    },
    'one that fails to close or cancel does not fail the shutdown': async ({ start }) => {
      const reports: unknown[] = []
      const cluster = { ...ownCluster([], []), cancel: () => Promise.reject(new Error('no answer')) }
      const logger = { debug() {}, warn() {}, error: (...args: unknown[]) => void reports.push(args) }
      const backend = await start(undefined, { cluster, logger })
      await backend.shutdown()
      expect(await backend.state()).to.equal('DISCONNECTED')
      expect(reports).to.have.length(1)
    },
  }),
  ...cases('options', ['dask'], {
    'a bad one is a TypeError that names it': async ({ Backend }) => {
      const bad: Readonly<Record<string, unknown>> = {
        name: 5,
        buildTask: 5,
        taskStateCb: 'x',
        logger: {},
        adapter: {},
        cluster: {},
      }
      for (const [key, value] of Object.entries(bad)) {
        const error = await errorOf(() => new Backend(undefined, { [key]: value }))
        expect(error).to.be.instanceOf(TypeError)
        expect(error.message).to.contain(`options.${key}`)
      }
    },
    'an unknown one is a TypeError that names it': async ({ Backend }) => {
      const error = await errorOf(() => new Backend(undefined, { bildTask: () => {} } as never))
      expect(error).to.be.instanceOf(TypeError)
      expect(error.message).to.contain("Did you mean 'buildTask'?")
      expect((await errorOf(() => new Backend(undefined, { client: {} } as never))).code).to.equal('ERR_RESOURCES')
    },
    'the working directory is the session’s path': async ({ Backend }) => {
      expect(new Backend().session.path)
        .to.be.a('string')
        .that.matches(/^\/|^[A-Z]:/)
    },
  }),
  ...cases('backends', ['dask'], {
    'two of them may run tasks of the same uid': async ({ start }) => {
      const [a, b] = [await start({ nWorkers: 1 }), await start({ nWorkers: 1 })]
      const recorders = [new Recorder(a), new Recorder(b)]
      const wait = async (n: number) => {
        await new Promise<void>((resolve) => setTimeout(resolve, 5))
        return n
      }
      const tasks: TaskRecord[] = [1, 2].map((n) => ({ uid: 'same', function: wait, args: [n] }))
      await Promise.all([a.submitTasks(tasks.slice(0, 1)), b.submitTasks(tasks.slice(1))])
      await Promise.all(recorders.map((recorder) => recorder.ended(['same'])))
      expect(tasks.map((task) => task.returnValue)).to.deep.equal([1, 2])
      expect(recorders.map((recorder) => recorder.events)).to.deep.equal([
        ['same RUNNING', 'same DONE'],
        ['same RUNNING', 'same DONE'],
      ])
    },
    'what can never run is reported before submitTasks resolves': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      await backend.submitTasks([{ uid: 'task', executable: 'ls' }])
      expect(recorder.statesOf('task')).to.deep.equal(['FAILED'])
    },
    'a record that was frozen meanwhile takes nobody with it': async ({ start }) => {
      const reports: unknown[] = []
      const logger = { debug() {}, warn() {}, error: (text: unknown) => void reports.push(text) }
      const backend = await start({ nWorkers: 1 }, { logger })
      const recorder = new Recorder(backend)
      const wait = async () => new Promise<void>((resolve) => setTimeout(resolve, 5))
      const tasks: TaskRecord[] = ['a', 'b', 'c'].map((uid) => ({ uid, function: wait }))
      await backend.submitTasks(tasks)
      Object.freeze(tasks[1])
      await recorder.ended(['a', 'b', 'c'])
      expect(recorder.statesOf('b')).to.deep.equal(['RUNNING', 'DONE'])
      expect(reports[0]).to.contain("'b'")
    },
    'cancelAllTasks takes those that are being built, too': async ({ start }) => {
      let release: (() => void) | undefined
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      const backend = await start({ nWorkers: 1 }, { buildTask: () => held })
      const recorder = new Recorder(backend)
      const submitted = backend.submitTasks(['a', 'b'].map((uid) => ({ uid, function: async () => 1 })))
      expect(await backend.cancelAllTasks()).to.equal(2)
      release?.()
      await submitted
      expect(recorder.events).to.deep.equal(['a CANCELED', 'b CANCELED'])
    },
    'buildTask may be overridden': async ({ Backend }) => {
      class Own extends Backend {
        override buildTask(task: TaskRecord) {
          task.args = [42]
        }
      }
      const backend = await Own.create({ nWorkers: 1 })
      expect((await runOne(backend, async (n: number) => n, 1)).returnValue).to.equal(42)
      await backend.shutdown()
    },
  }),
  ...cases('running', ['dask', 'threads'], {
    'a task of a short function that this time takes long is RUNNING while it runs': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const spin = async (ms: number) => {
        const until = performance.now() + ms
        while (performance.now() < until);
      }
      const warm: TaskRecord[] = Array.from({ length: 50 }, (_, i) => ({ uid: `${i}`, function: spin, args: [0] }))
      await runTasks(backend, warm)
      const times = new Map<string, number>()
      backend.registerCallback((_, state) => times.set(state, performance.now()))
      await runOne(backend, spin, 400)
      expect((times.get('DONE') ?? 0) - (times.get('RUNNING') ?? 0)).to.be.above(200)
    },
  }),
  ...cases('running', ['dask', 'exit'], {
    'a task that ends its worker takes the blame alone': async ({ start }) => {
      const backend = await start({ nWorkers: 1, allowedFailures: 1 })
      // Short by experience, so that all of them are on the worker when it ends.
      const step = async (exits: boolean) => {
        if (exits) (globalThis as unknown as { process: { exit(): void } }).process.exit()
        return 'fine'
      }
      await runOne(backend, step, false)
      const lost: string[] = []
      backend.onWorker(({ type, workerId }) => type === 'lost' && lost.push(workerId))
      const tasks: TaskRecord[] = Array.from({ length: 30 }, (_, i) => ({ uid: `${i}`, function: step, args: [i === 20] }))
      await runTasks(backend, tasks)
      expect(tasks.filter((task) => task.state !== 'DONE').map((task) => task.uid)).to.deep.equal(['20'])
      expect(tasks[20]?.exception).to.include({ code: 'ERR_KILLED_WORKER', uid: '20' })
      expect(lost).to.have.length(2)
    },
    'what was moved to a worker that ended is lost with it': async ({ start, daskflow: { transfer } }) => {
      const backend = await start({ nWorkers: 1 })
      const exit = async (_: Uint8Array) => (globalThis as unknown as { process: { exit(): void } }).process.exit()
      const bytes = new Uint8Array(8)
      const task = await runOne(backend, exit, transfer(bytes, [bytes.buffer]))
      expect(task.exception).to.include({ code: 'ERR_WORKER_LOST', uid: task.uid, reason: 'exited' })
    },
  }),
]
