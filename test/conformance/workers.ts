import { expect } from 'chai'
import type { TaskContext, WorkerEvent } from '../../src/index.js'
import { type Backend, cases, type TaskRecord } from './case.js'
import { errorOf, exceptionOf, Recorder, runOne, runTasks, sleep, tasksOf } from './recorder.js'

const whereAmI = async function (this: TaskContext) {
  return this.workerId
}

/** Writes down what becomes of the workers, and lets a case wait for it. */
class WorkerEvents {
  readonly events: WorkerEvent[] = []
  #waiting: (() => void)[] = []

  constructor(backend: Pick<Backend, 'onWorker'>) {
    backend.onWorker((event) => {
      this.events.push(event)
      for (const look of this.#waiting) look()
    })
  }

  of(type: WorkerEvent['type']): readonly WorkerEvent[] {
    return this.events.filter((event) => event.type === type)
  }

  /** Resolves when there were so many of these. */
  reached(type: WorkerEvent['type'], count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.of(type).length >= count) resolve()
      }
      this.#waiting.push(look)
      look()
    })
  }
}

const resultsOf = (tasks: readonly TaskRecord[]) => tasks.map(({ returnValue }) => returnValue)

export const workers = [
  ...cases('recycling', ['dask'], {
    'a worker that has done maxTasksPerWorker tasks is replaced, and nothing is lost': async ({ start }) => {
      const backend = await start({ nWorkers: 1, maxTasksPerWorker: 3 })
      const seen = new WorkerEvents(backend)
      const tasks = tasksOf(7, whereAmI)
      await runTasks(backend, tasks)
      const ids = resultsOf(tasks) as string[]
      expect([...new Set(ids)].map((id) => ids.filter((other) => other === id).length)).to.deep.equal([3, 3, 1])
      await seen.reached('retired', 2)
      expect(seen.of('retired')).to.deep.equal(
        [...new Set(ids)].slice(0, 2).map((workerId) => ({ type: 'retired', workerId, reason: 'maxTasksPerWorker' })),
      )
      expect(seen.of('lost')).to.deep.equal([])
    },
    'with several slots, each worker still gets no more': async ({ start }) => {
      const backend = await start({ nWorkers: 2, threadsPerWorker: 3, maxTasksPerWorker: 4 })
      const tasks = tasksOf(30, whereAmI)
      await runTasks(backend, tasks)
      const ids = resultsOf(tasks) as string[]
      for (const id of new Set(ids)) expect(ids.filter((other) => other === id).length).to.be.at.most(4)
    },
    'one that has a slot left and no task more to do keeps nobody waiting': async ({ start }) => {
      const backend = await start({ nWorkers: 2, threadsPerWorker: 2, maxTasksPerWorker: 2 })
      await runOne(backend, whereAmI)
      const recorder = new Recorder(backend)
      await backend.submitTasks([{ uid: 'stuck', function: async () => new Promise<void>(() => {}) }])
      await recorder.reached('stuck', 'RUNNING')
      expect((await runOne(backend, async () => 1)).returnValue).to.equal(1)
    },
    'what fails counts, too': async ({ start }) => {
      const backend = await start({ nWorkers: 1, maxTasksPerWorker: 1 })
      const fails = async function (this: TaskContext) {
        throw new Error(this.workerId)
      }
      const tasks = tasksOf(2, fails)
      await runTasks(backend, tasks)
      const [first, second] = tasks.map((task) => exceptionOf(task).message)
      expect(first).not.to.equal(second)
    },
  }),
  ...cases('idle workers', ['dask'], {
    'those beyond minWorkers end after idleTimeout, and come again with the work': async ({ start }) => {
      const backend = await start({ nWorkers: 3, idleTimeout: 30 })
      const seen = new WorkerEvents(backend)
      const tasks = tasksOf(12, sleep, [10])
      await runTasks(backend, tasks)
      await seen.reached('ready', 2)
      await seen.reached('retired', 2)
      expect(seen.of('retired').map(({ reason }) => reason)).to.deep.equal(['idle', 'idle'])
      expect(await backend.state()).to.equal('CONNECTED')
      await runTasks(backend, tasksOf(12, sleep, [10]))
      await seen.reached('spawned', 4)
    },
    'minWorkers are started at once, and kept': async ({ Backend }) => {
      const backend = new Backend({ nWorkers: 3, minWorkers: 2, idleTimeout: 20 })
      const seen = new WorkerEvents(backend)
      await backend.start()
      await seen.reached('ready', 2)
      const tasks = tasksOf(20, sleep, [10])
      await runTasks(backend, tasks)
      await seen.reached('retired', 1)
      expect(seen.of('retired')).to.have.length(1)
      await backend.shutdown()
    },
    'more than nWorkers cannot be kept': async ({ Backend }) => {
      const error = await errorOf(() => new Backend({ nWorkers: 1, minWorkers: 2 }))
      expect(error).to.include({ code: 'ERR_RESOURCES' })
      expect(error.message).to.contain('minWorkers')
    },
  }),
  ...cases('setup', ['dask'], {
    'it runs in each worker before its first task': async ({ start }) => {
      const setup = async () => {
        const realm = globalThis as { prepared?: number }
        await new Promise<void>((resolve) => setTimeout(resolve, 5))
        realm.prepared = (realm.prepared ?? 0) + 1
      }
      const backend = await start({ nWorkers: 2, maxTasksPerWorker: 1, setup })
      const tasks = tasksOf(3, async () => (globalThis as { prepared?: number }).prepared)
      await runTasks(backend, tasks)
      for (const { returnValue } of tasks) expect(returnValue).to.be.at.least(1)
    },
    'a start fails with what it throws': async ({ Backend }) => {
      const setup = () => {
        throw new RangeError('no licence')
      }
      const error = await errorOf<Error & { cause?: Error & { cause?: unknown } }>(new Backend({ nWorkers: 1, setup }).start())
      expect(error).to.include({ code: 'ERR_CLUSTER' })
      expect(error.message).to.contain('resources.setup failed: RangeError: no licence')
      expect(error.cause?.cause).to.be.instanceOf(RangeError)
    },
    'one that never ends fails the start in time': async ({ Backend }) => {
      const backend = new Backend({ nWorkers: 1, timeout: 500, setup: async () => new Promise<void>(() => {}) })
      const error = await errorOf(backend.start())
      expect(error.message).to.contain('500 ms. It was in resources.setup')
    },
    'what is no function is refused': async ({ Backend }) => {
      for (const setup of [7, class A {}, '']) {
        const error = await errorOf(() => new Backend({ setup } as never))
        expect(error).to.include({ code: 'ERR_RESOURCES' })
        expect(error.message).to.contain('resources.setup')
      }
    },
  }),
  ...cases('setup', ['dask', 'ownWorker'], {
    'it may be the name of an exposed function': async ({ start, workerOf }) => {
      const backend = await start({ nWorkers: 1, worker: workerOf('worker.js'), setup: 'late' })
      expect((await runOne(backend, 'greet', 'you')).returnValue).to.equal('hello you')
    },
  }),
  ...cases('workers', ['dask'], {
    'a task runs on the worker that it names': async ({ start }) => {
      const backend = await start({ nWorkers: 2, minWorkers: 2 })
      const spread = tasksOf(30, whereAmI)
      await runTasks(backend, spread)
      const ids = [...new Set(resultsOf(spread))] as string[]
      const there = tasksOf(20, whereAmI).map((task, i) => ({
        ...task,
        uid: `there.${i}`,
        taskBackendSpecificKwargs: { workers: i % 2 === 0 ? (ids[0] as string) : [ids[0] as string] },
      })) as TaskRecord[]
      await runTasks(backend, there)
      expect(new Set(resultsOf(there))).to.deep.equal(new Set([ids[0]]))
    },
    'for one that is not there it fails at once; with allowOtherWorkers another takes it': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const tasks: TaskRecord[] = [
        { uid: 'strict', function: whereAmI, taskBackendSpecificKwargs: { workers: ['nobody'] } },
        { uid: 'loose', function: whereAmI, taskBackendSpecificKwargs: { workers: ['nobody'], allowOtherWorkers: true } },
      ]
      const recorder = await runTasks(backend, tasks)
      expect(recorder.statesOf('strict')).to.deep.equal(['FAILED'])
      expect(exceptionOf(tasks[0] as TaskRecord)).to.include({ code: 'ERR_VALUE', uid: 'strict' })
      expect(exceptionOf(tasks[0] as TaskRecord).message).to.contain("'nobody'")
      expect(tasks[1]?.state).to.equal('DONE')
    },
    'it fails when its worker goes before it could run': async ({ start }) => {
      const backend = await start({ nWorkers: 1, maxTasksPerWorker: 2 })
      const id = (await runOne(backend, whereAmI)).returnValue as string
      const recorder = new Recorder(backend)
      const taskBackendSpecificKwargs = { workers: [id] }
      const tasks: TaskRecord[] = tasksOf(2, whereAmI).map((task) => ({ ...task, taskBackendSpecificKwargs }))
      await backend.submitTasks(tasks)
      await recorder.ended(['task.0', 'task.1'])
      expect(tasks.map(({ state }) => state)).to.deep.equal(['DONE', 'FAILED'])
      expect(exceptionOf(tasks[1] as TaskRecord).code).to.equal('ERR_VALUE')
    },
  }),
]

export const memory = cases('memory limit', ['dask', 'memoryLimit'], {
  'a worker that holds more between two tasks is replaced, and no task is lost': async ({ start }) => {
    const backend = await start({ nWorkers: 1, memoryLimit: '100MiB' })
    const seen = new WorkerEvents(backend)
    const hoard = async (mebibytes: number) => {
      const realm = globalThis as { hoard?: unknown[] }
      realm.hoard ??= []
      realm.hoard.push(new Uint8Array(mebibytes * 2 ** 20).fill(1))
      return realm.hoard.length
    }
    const tasks = tasksOf(6, hoard, [60])
    await runTasks(backend, tasks)
    expect(tasks.map(({ state }) => state)).to.deep.equal(Array(6).fill('DONE'))
    expect(Math.max(...(resultsOf(tasks) as number[]))).to.equal(2)
    await seen.reached('lost', 2)
    for (const { reason } of seen.of('lost')) expect(reason).to.equal('memory')
  },
  'a task that holds more and more while it waits is taken for the cause': async ({ start }) => {
    const backend = await start({ nWorkers: 1, memoryLimit: 100 * 2 ** 20, allowedFailures: 0 })
    const grow = async () => {
      const held: unknown[] = []
      for (;;) {
        held.push(new Uint8Array(20 * 2 ** 20).fill(1))
        await new Promise<void>((resolve) => setTimeout(resolve, 20))
        // Held, and bounded should nobody look.
        if (held.length > 50) return held.length
      }
    }
    const task = await runOne(backend, grow)
    expect(exceptionOf(task)).to.include({ code: 'ERR_KILLED_WORKER', reason: 'memory' })
    expect((await runOne(backend, async () => 1)).returnValue).to.equal(1)
  },
  'a worker that holds more before its first task does not start, and says why': async ({ Backend }) => {
    const hoard = async () => {
      const realm = globalThis as { hoard?: unknown }
      realm.hoard = new Uint8Array(100 * 2 ** 20).fill(1)
    }
    const error = await errorOf(new Backend({ nWorkers: 1, memoryLimit: '60MiB', setup: hoard }).start())
    expect(error.code).to.equal('ERR_CLUSTER')
    expect(error.message).to.contain('memoryLimit')
  },
  'the heap is limited, too': async ({ start }) => {
    const backend = await start({ nWorkers: 1, memoryLimit: '50MiB', allowedFailures: 0 })
    const fill = async () => {
      const held: unknown[] = []
      for (let i = 0; i < 100_000_000; i++) held.push({ i })
      return held.length
    }
    expect(exceptionOf(await runOne(backend, fill))).to.include({ code: 'ERR_KILLED_WORKER', reason: 'memory' })
    expect((await runOne(backend, async () => 1)).returnValue).to.equal(1)
  },
})

export const memoryLimits = cases('memory limit', ['dask'], {
  'where nobody enforces it, the logger says so': async ({ Backend }) => {
    const warnings: unknown[] = []
    const logger = { warn: (text: unknown) => void warnings.push(text), error: () => {} }
    const { limitsMemory: _, ...adapter } = Backend.runtime.workers
    new Backend({ memoryLimit: '1GiB' }, { logger, adapter: adapter as typeof Backend.runtime.workers })
    expect(warnings).to.have.length(1)
    expect(warnings[0]).to.contain('memoryLimit is not enforced')
  },
  'what is no size is refused': async ({ Backend }) => {
    for (const memoryLimit of [0, -1, '12 parsecs', '', null, Number.NaN]) {
      const error = await errorOf(() => new Backend({ memoryLimit } as never))
      expect(error).to.include({ code: 'ERR_RESOURCES' })
      expect(error.message).to.contain('resources.memoryLimit')
    }
  },
})
