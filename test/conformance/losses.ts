import { expect } from 'chai'
import type { TaskContext } from '../../src/index.js'
import { type BackendClass, cases, type TaskRecord } from './case.js'
import { reachableWorkers } from './reachable-workers.js'
import { errorOf, exceptionOf, Recorder, runOne, runTasks } from './recorder.js'

/** What a task may reach in its own worker, where that is a thread. */
type Realm = typeof globalThis & { process: { exit(code?: number): never } }

/** The adapter of a backend, some of whose workers cannot be started; and how many were tried. */
function failingWorkers(Backend: BackendClass, fails: (nth: number) => boolean) {
  const { workers } = Backend.runtime
  let spawns = 0
  const adapter: typeof workers = {
    ...workers,
    spawn: (options) => (fails(spawns++) ? Promise.reject(new Error('no threads left')) : workers.spawn(options)),
  }
  return { adapter, spawns: () => spawns }
}

const fine = async () => 'fine'

export const losses = [
  ...cases('lost worker', ['dask'], {
    'one that is ended from outside costs its tasks nothing but time': async ({ Backend, start }) => {
      const { adapter, handles } = reachableWorkers(Backend)
      const backend = await start({ nWorkers: 1 }, { adapter })
      const recorder = new Recorder(backend)
      const step = async function (this: TaskContext) {
        if (this.attempt > 1) return this.attempt
        return new Promise<number>(() => {})
      }
      const tasks: TaskRecord[] = [
        { uid: 'a', function: step },
        { uid: 'b', function: fine },
      ]
      await backend.submitTasks(tasks)
      await recorder.reached('a', 'RUNNING')
      await Promise.all([...handles.values()].map((handle) => handle.terminate()))
      await recorder.ended(['a', 'b'])
      expect(tasks.map((task) => task.returnValue)).to.deep.equal([2, 'fine'])
      expect(recorder.statesOf('a')).to.deep.equal(['RUNNING', 'DONE'])
    },
    'after the last allowed one the task is taken for the cause': async ({ Backend, start, daskflow }) => {
      const { adapter, handles } = reachableWorkers(Backend)
      const backend = await start({ nWorkers: 1, allowedFailures: 0 }, { adapter })
      const recorder = new Recorder(backend)
      const task: TaskRecord = { uid: 'task', function: async () => new Promise<void>(() => {}) }
      await backend.submitTasks([task])
      await recorder.reached('task', 'RUNNING')
      const [workerId] = handles.keys()
      await handles.get(workerId as string)?.terminate()
      await recorder.ended(['task'])
      const error = exceptionOf(task)
      expect(error).to.be.instanceOf(daskflow.DaskflowError)
      expect(error).to.include({ code: 'ERR_KILLED_WORKER', uid: 'task', workerId, reason: 'terminated' })
      expect((await runOne(backend, fine)).returnValue).to.equal('fine')
    },
    'an idle one is replaced': async ({ Backend, start }) => {
      const { adapter, handles } = reachableWorkers(Backend)
      const backend = await start({ nWorkers: 1 }, { adapter })
      for (let i = 0; i < 3; i++) {
        await Promise.all([...handles.values()].map((handle) => handle.terminate()))
        expect((await runOne(backend, fine)).returnValue).to.equal('fine')
      }
    },
    'where no new one can be started, its tasks end with the reason, and a later batch tries again': async ({
      Backend,
      start,
    }) => {
      const { adapter, handles } = reachableWorkers(Backend)
      let fails = false
      const failing: typeof adapter = {
        ...adapter,
        spawn: (options) => (fails ? Promise.reject(new Error('no threads left')) : adapter.spawn(options)),
      }
      const backend = await start({ nWorkers: 1 }, { adapter: failing })
      const recorder = new Recorder(backend)
      const task: TaskRecord = { uid: 'task', function: async () => new Promise<void>(() => {}) }
      await backend.submitTasks([task])
      await recorder.reached('task', 'RUNNING')
      fails = true
      await Promise.all([...handles.values()].map((handle) => handle.terminate()))
      await recorder.ended(['task'])
      const error = exceptionOf(task)
      expect(error.code).to.equal('ERR_CLUSTER')
      expect(error.message).to.contain('no threads left')
      expect(await backend.state()).to.equal('DISCONNECTED')
      fails = false
      expect((await runOne(backend, fine)).returnValue).to.equal('fine')
      expect(await backend.state()).to.equal('CONNECTED')
    },
    'a start that fails once is tried again': async ({ Backend, start }) => {
      const { adapter, spawns } = failingWorkers(Backend, (nth) => nth === 0)
      const backend = await start({ nWorkers: 1 }, { adapter })
      expect((await runOne(backend, fine)).returnValue).to.equal('fine')
      expect(spawns()).to.equal(2)
    },
    'a stack that overflows fails its task and leaves the worker': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const lost: string[] = []
      backend.onWorker(({ type, workerId }) => type === 'lost' && lost.push(workerId))
      const deep = async () => {
        const down = (): number => 1 + down()
        return down()
      }
      const { name, message } = exceptionOf(await runOne(backend, deep))
      // A RangeError, and an InternalError in Firefox.
      expect(`${name}: ${message}`).to.match(/call stack|recursion/)
      expect((await runOne(backend, fine)).returnValue).to.equal('fine')
      expect(lost).to.deep.equal([])
    },
    'a pool that could not grow grows when it can': async ({ Backend, start }) => {
      const { adapter } = failingWorkers(Backend, (nth) => nth > 0 && nth < 5)
      const backend = await start({ nWorkers: 2 }, { adapter })
      const recorder = new Recorder(backend)
      const forever = async () => new Promise<void>(() => {})
      await backend.submitTasks(['a', 'b'].map((uid) => ({ uid, function: forever })))
      // Four failures are more than a start would survive; but one worker works.
      await recorder.reached('b', 'RUNNING')
      expect(await backend.state()).to.equal('CONNECTED')
    },
    'start() starts again what has lost its workers, and tells when it cannot': async ({ Backend, start }) => {
      const { adapter, handles } = reachableWorkers(Backend)
      let fails = false
      const failing: typeof adapter = {
        ...adapter,
        spawn: (options) => (fails ? Promise.reject(new Error('no threads left')) : adapter.spawn(options)),
      }
      const backend = await start({ nWorkers: 1 }, { adapter: failing })
      fails = true
      await Promise.all([...handles.values()].map((handle) => handle.terminate()))
      // The task that finds no worker tells that it is over.
      expect(exceptionOf(await runOne(backend, fine)).code).to.equal('ERR_CLUSTER')
      expect(await backend.state()).to.equal('DISCONNECTED')
      const error = await errorOf(backend.start())
      expect(error.message).to.contain('no threads left')
      expect(await backend.state()).to.equal('DISCONNECTED')
      fails = false
      await backend.start()
      expect(await backend.state()).to.equal('CONNECTED')
      expect((await runOne(backend, fine)).returnValue).to.equal('fine')
    },
    'a caller that was busy hears that a worker is ready before it gives it up': async ({ make }) => {
      const backend = make({ nWorkers: 1, timeout: 300 })
      const starting = backend.start()
      await new Promise<void>((resolve) => setTimeout(resolve, 0))
      const until = performance.now() + 600
      while (performance.now() < until);
      await starting
      expect(await backend.state()).to.equal('CONNECTED')
    },
    'the longest timeout is one': async ({ Backend, start }) => {
      const { adapter, spawns } = failingWorkers(Backend, (nth) => nth === 0)
      await start({ nWorkers: 1, timeout: 2 ** 31 - 1 }, { adapter })
      expect(spawns()).to.equal(2)
    },
    'an adapter whose exited rejects loses that worker, and no more': async ({ Backend, start }) => {
      const { adapter, handles } = reachableWorkers(Backend)
      const rejecting: typeof adapter = {
        ...adapter,
        async spawn(options) {
          const handle = await adapter.spawn(options)
          const exited = handle.exited.then((): never => {
            throw new Error('broken adapter')
          })
          return {
            id: handle.id,
            endpoint: handle.endpoint,
            exited,
            terminate: () => handle.terminate(),
            ref: () => handle.ref(),
            unref: () => handle.unref(),
          }
        },
      }
      const backend = await start({ nWorkers: 1, allowedFailures: 0 }, { adapter: rejecting })
      const recorder = new Recorder(backend)
      const task: TaskRecord = { uid: 'task', function: async () => new Promise<void>(() => {}) }
      await backend.submitTasks([task])
      await recorder.reached('task', 'RUNNING')
      await Promise.all([...handles.values()].map((handle) => handle.terminate()))
      await recorder.ended(['task'])
      expect(exceptionOf(task)).to.include({ code: 'ERR_KILLED_WORKER', reason: 'error' })
      expect((await runOne(backend, fine)).returnValue).to.equal('fine')
    },
    'an adapter whose terminate() throws does not spoil a shutdown': async ({ Backend, start }) => {
      const { workers } = Backend.runtime
      const adapter: typeof workers = {
        ...workers,
        async spawn(options) {
          const handle = await workers.spawn(options)
          const own = handle.terminate.bind(handle)
          const terminate = () => {
            void own()
            throw new Error('broken adapter')
          }
          return Object.create(handle, {
            terminate: { value: terminate },
            endpoint: { value: handle.endpoint },
            exited: { value: handle.exited },
            ref: { value: () => handle.ref() },
            unref: { value: () => handle.unref() },
          })
        },
      }
      const backend = await start({ nWorkers: 1 }, { adapter })
      await backend.shutdown()
      expect(await backend.state()).to.equal('DISCONNECTED')
    },
    '200 tasks end right, each once, while a random worker is killed every 50 ms for 10 s': async ({ Backend, make }) => {
      const { adapter, handles } = reachableWorkers(Backend)
      const backend = make({ nWorkers: 2, allowedFailures: 10_000 }, { adapter })
      const recorder = new Recorder(backend)
      const ready = new Set<string>()
      backend.onWorker(({ type, workerId }) => {
        if (type === 'ready') ready.add(workerId)
        if (type === 'lost') ready.delete(workerId)
      })
      await backend.start()
      const work = async (n: number) => {
        await new Promise<void>((resolve) => setTimeout(resolve, 20))
        return n * n
      }
      const tasks: TaskRecord[] = Array.from({ length: 200 }, (_, i) => ({ uid: `${i}`, function: work, args: [i] }))
      // A sequence without a pattern, the same in every run.
      let seed = 42
      const random = (n: number) => {
        seed = (seed * 1_103_515 + 12_345) % 2 ** 31
        return seed % n
      }
      let kills = 0
      for (let round = 0; round < 200; round++) {
        if (round % 20 === 0) await backend.submitTasks(tasks.slice(round, round + 20))
        await new Promise<void>((resolve) => setTimeout(resolve, 50))
        const alive = [...ready].filter((id) => handles.has(id))
        if (alive.length === 0) continue
        kills++
        void handles.get(alive[random(alive.length)] as string)?.terminate()
      }
      await recorder.ended(tasks.map((task) => task.uid))
      expect(tasks.map((task) => task.returnValue)).to.deep.equal(tasks.map((_, i) => i * i))
      expect(tasks.every((task) => recorder.statesOf(task.uid).join() === 'RUNNING,DONE')).to.equal(true)
      expect(kills).to.be.above(50)
    },
  }),
  ...cases('lost worker', ['dask', 'exit'], {
    'what waits behind a cancelled task that ends its worker never notices': async ({ start }) => {
      const backend = await start({ nWorkers: 1, cancelGrace: 60_000 })
      const step = async function (this: TaskContext, exits: boolean) {
        if (exits) {
          await new Promise<void>(() => {
            this.signal.addEventListener('abort', () => (globalThis as unknown as Realm).process.exit(3))
          })
        }
        return this.attempt
      }
      for (let i = 0; i < 10; i++) await runOne(backend, step, false)
      const recorder = new Recorder(backend)
      const tasks: TaskRecord[] = Array.from({ length: 6 }, (_, i) => ({ uid: `${i}`, function: step, args: [i === 0] }))
      await backend.submitTasks(tasks)
      await recorder.reached('0', 'RUNNING')
      await backend.cancelTask('0')
      await recorder.ended(tasks.map((task) => task.uid))
      expect(tasks.slice(1).map((task) => task.returnValue)).to.deep.equal([1, 1, 1, 1, 1])
    },
  }),
  ...cases('lost worker', ['dask', 'uncaughtErrors'], {
    'an error that nobody caught is the cause that its task ends with': async ({ start }) => {
      const backend = await start({ nWorkers: 1, allowedFailures: 0 })
      const thrown = async () => {
        setTimeout(() => {
          throw new RangeError('in a timer')
        }, 1)
        await new Promise<void>(() => {})
      }
      const rejected = async () => {
        void Promise.reject(new RangeError('nobody waits'))
        await new Promise<void>(() => {})
      }
      for (const [fn, message] of [
        [thrown, 'in a timer'],
        [rejected, 'nobody waits'],
      ] as const) {
        const error = exceptionOf<Error & { code?: unknown; reason?: unknown }>(await runOne(backend, fn))
        expect(error).to.include({ code: 'ERR_KILLED_WORKER', reason: 'error' })
        expect(error.cause).to.be.instanceOf(RangeError)
        expect((error.cause as Error).message).to.equal(message)
        expect((await runOne(backend, fine)).returnValue).to.equal('fine')
      }
    },
  }),
  ...cases('lost worker', ['dask', 'exit', 'sharedMemory'], {
    'an exit beside many short tasks: what is done is kept, and nobody else is charged': async ({ start }) => {
      const backend = await start({ nWorkers: 1, allowedFailures: 0 })
      const counters = new Int32Array(new SharedArrayBuffer(4 * 30))
      const step = async (numbers: Int32Array, place: number) => {
        Atomics.add(numbers, place, 1)
        if (place === 20) (globalThis as unknown as Realm).process.exit(7)
        return place
      }
      await runOne(backend, step, new Int32Array(new SharedArrayBuffer(4)), 0)
      const tasks: TaskRecord[] = Array.from({ length: 30 }, (_, i) => ({ uid: `${i}`, function: step, args: [counters, i] }))
      await runTasks(backend, tasks)
      expect(tasks.filter((task) => task.state !== 'DONE').map((task) => task.uid)).to.deep.equal(['20'])
      expect(tasks[20]?.exception).to.include({ code: 'ERR_KILLED_WORKER', reason: 'exited', exitCode: 7 })
      expect([...counters]).to.deep.equal(new Array(30).fill(1))
    },
  }),
  ...cases('worker that does not load', ['dask', 'workerFile'], {
    'an error at its top is named': async ({ Backend, fixtures }) => {
      const error = await errorOf(new Backend({ worker: new URL('broken-worker.js', fixtures) }).start())
      expect(error.code).to.equal('ERR_CLUSTER')
      expect(error.message).to.contain('broken-worker.js').and.to.contain('broken at the top')
    },
    'it is tried a few times, no more': async ({ Backend, fixtures }) => {
      const backend = new Backend({ worker: new URL('no-worker.js', fixtures) })
      let spawned = 0
      backend.onWorker(({ type }) => {
        if (type === 'spawned') spawned++
      })
      const error = await errorOf(backend.start())
      expect(error.code).to.equal('ERR_CLUSTER')
      expect(error.message).to.contain('no-worker.js')
      expect(spawned).to.equal(3)
      expect(await backend.state()).to.equal('DISCONNECTED')
    },
    'one that never answers is given up after its time': async ({ Backend, fixtures }) => {
      const backend = new Backend({ worker: new URL('mute-worker.js', fixtures), timeout: 300 })
      const spawned: string[] = []
      backend.onWorker(({ type, workerId }) => type === 'spawned' && spawned.push(workerId))
      expect((await errorOf(backend.start())).message).to.contain('not ready within 300 ms')
      expect(spawned).to.have.length(1)
    },
  }),
  ...cases('worker that does not load', ['dask', 'workerFile', 'scriptErrors'], {
    'a syntax error is named': async ({ Backend, fixtures }) => {
      const error = await errorOf(new Backend({ worker: new URL('syntax-error-worker.js', fixtures) }).start())
      expect(error.code).to.equal('ERR_CLUSTER')
      expect(error.message).to.contain('syntax-error-worker.js').and.to.contain('SyntaxError')
      expect(error.cause).to.be.instanceOf(SyntaxError)
    },
  }),
]
