import { expect } from 'chai'
import { type Context, cases, type TaskRecord } from './case.js'
import { exceptionOf, Recorder, runOne, runTasks } from './recorder.js'

/** Never ends by itself; says why its signal aborted. */
async function untilAborted(this: { signal: AbortSignal; report(progress: unknown): void }) {
  const { signal } = this
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const realm = globalThis as { abortReason?: unknown }
  realm.abortReason = (signal.reason as Error).name
}

const reasonThere = async () => (globalThis as { abortReason?: unknown }).abortReason
const never = async () => new Promise<void>(() => {})
const sleep = async (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const withTimeout = (uid: string, fn: TaskRecord['function'], timeout: number, args: unknown[] = []): TaskRecord => ({
  uid,
  function: fn,
  args,
  taskBackendSpecificKwargs: { timeout },
})

export const timeouts = [
  ...cases('timeouts', ['dask'], {
    'a task that takes longer than its timeout fails, and its worker goes on': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const task = withTimeout('late', untilAborted, 50)
      const recorder = await runTasks(backend, [task])
      expect(recorder.statesOf('late')).to.deep.equal(['RUNNING', 'FAILED'])
      const error = exceptionOf<Error & { code?: string; uid?: string }>(task)
      expect(error).to.include({ name: 'TaskTimeoutError', code: 'ERR_TASK_TIMEOUT', uid: 'late' })
      expect(error.message).to.contain('50 ms')
      expect((await runOne(backend, reasonThere)).returnValue).to.equal('TimeoutError')
    },
    'one that does not end then loses its worker, and the next has another': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const task = withTimeout('never', never, 20)
      await runTasks(backend, [task])
      expect(exceptionOf(task).code).to.equal('ERR_TASK_TIMEOUT')
      expect((await runOne(backend, async () => 1)).returnValue).to.equal(1)
    },
    'the time in the queue does not count': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const tasks = [{ uid: 'first', function: sleep, args: [300] }, withTimeout('second', sleep, 200, [1])]
      await runTasks(backend, tasks)
      expect(tasks.map(({ state }) => state)).to.deep.equal(['DONE', 'DONE'])
    },
    'one that ends in time is not touched later': async ({ start }) => {
      const backend = await start({ nWorkers: 1, threadsPerWorker: 2 })
      const tasks = [withTimeout('quick', sleep, 100, [10]), { uid: 'other', function: sleep, args: [250] }]
      const recorder = await runTasks(backend, tasks)
      expect(recorder.statesOf('quick')).to.deep.equal(['RUNNING', 'DONE'])
      expect(recorder.statesOf('other')).to.deep.equal(['RUNNING', 'DONE'])
    },
    'taskTimeout is for those that have none of their own': async ({ start }) => {
      const backend = await start({ nWorkers: 1, taskTimeout: 30 })
      const tasks = [{ uid: 'default', function: untilAborted }, withTimeout('own', sleep, 2_000, [60])]
      await runTasks(backend, tasks)
      expect(tasks.map(({ state }) => state)).to.deep.equal(['FAILED', 'DONE'])
    },
  }),
  ...cases('timeouts', ['dask', 'preemptive'], {
    'a loop that never yields is stopped, and its neighbours run to their ends': ({ start }) => seeStopped(start),
    'a loop that never yields is stopped where no memory is shared, too': ({ start, Backend }) =>
      seeStopped(start, { adapter: { ...Backend.runtime.workers, sharesMemory: false } }),
  }),
]

async function seeStopped(start: Context['start'], options?: Parameters<Context['start']>[1]) {
  const backend = await start({ nWorkers: 2, cancelGrace: 50 }, options)
  const burn = async (n: number) => {
    let left = n
    while (left < 0) left -= 1
    return left
  }
  const tasks = Array.from({ length: 20 }, (_, n) => ({ uid: `task.${n}`, function: burn, args: [n] }) as TaskRecord)
  tasks.push(withTimeout('loop', burn, 100, [-1]))
  const recorder = await runTasks(backend, tasks)
  expect(recorder.statesOf('loop')).to.deep.equal(['RUNNING', 'FAILED'])
  expect(tasks.slice(0, 20).map(({ returnValue }) => returnValue)).to.deep.equal(Array.from({ length: 20 }, (_, n) => n))
}

const abortable = (uid: string, fn: TaskRecord['function'], signal: AbortSignal): TaskRecord => ({
  uid,
  function: fn,
  taskBackendSpecificKwargs: { signal },
})

export const signals = cases('signals', ['dask'], {
  'a signal that aborts cancels all that share it, with its reason': async ({ start, daskflow }) => {
    const backend = await start({ nWorkers: 1 })
    const controller = new AbortController()
    const recorder = new Recorder(backend)
    const tasks = ['runs', 'waits'].map((uid) => abortable(uid, untilAborted, controller.signal))
    await backend.submitTasks([...tasks, { uid: 'other', function: async () => 1 }])
    await recorder.reached('runs', 'RUNNING')
    const reason = new RangeError('enough')
    controller.abort(reason)
    await recorder.ended(['runs', 'waits', 'other'])
    expect(recorder.statesOf('runs')).to.deep.equal(['RUNNING', 'CANCELED'])
    expect(recorder.statesOf('waits')).to.deep.equal(['CANCELED'])
    expect(recorder.statesOf('other').at(-1)).to.equal('DONE')
    for (const { uid, exception } of tasks) {
      expect(exception).to.be.instanceOf(daskflow.TaskCanceledError)
      expect(exception).to.include({ code: 'ERR_TASK_CANCELED', uid, cause: reason })
    }
    expect((await runOne(backend, reasonThere)).returnValue).to.equal('RangeError')
  },
  'one that has aborted before cancels at once': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const tasks = [abortable('aborted', never, AbortSignal.abort()), { uid: 'other', function: async () => 1 }]
    const recorder = await runTasks(backend, tasks)
    expect(recorder.statesOf('aborted')).to.deep.equal(['CANCELED'])
    expect(recorder.statesOf('other').at(-1)).to.equal('DONE')
  },
  'one that aborts when its tasks have ended changes nothing': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const controller = new AbortController()
    const task = abortable('done', async () => 1, controller.signal)
    const recorder = new Recorder(backend)
    await backend.submitTasks([task])
    await recorder.ended(['done'])
    controller.abort()
    expect((await runOne(backend, async () => 2)).returnValue).to.equal(2)
    expect(recorder.statesOf('done').at(-1)).to.equal('DONE')
    expect(task.state).to.equal('DONE')
  },
  'a signal that outlives its tasks is not listened to any more': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const controller = new AbortController()
    const { signal } = controller
    let listeners = 0
    const counted = Object.assign(Object.create(signal), {
      addEventListener: (...args: Parameters<AbortSignal['addEventListener']>) => {
        listeners++
        signal.addEventListener(...args)
      },
      removeEventListener: (...args: Parameters<AbortSignal['removeEventListener']>) => {
        listeners--
        signal.removeEventListener(...args)
      },
    }) as AbortSignal
    Object.defineProperty(counted, 'aborted', { get: () => signal.aborted })
    const tasks = Array.from({ length: 50 }, (_, n) => abortable(`task.${n}`, async () => 1, counted))
    const recorder = new Recorder(backend)
    await backend.submitTasks(tasks)
    expect(listeners).to.be.at.most(1)
    await recorder.ended(tasks.map(({ uid }) => uid))
    expect(listeners).to.equal(0)
  },
})

export const demands = cases('demands', ['dask'], {
  'what needs more than a worker has left waits until there is enough': async ({ start }) => {
    const backend = await start({ nWorkers: 1, threadsPerWorker: 3, resources: { GPU: 1 } })
    const recorder = new Recorder(backend)
    const tasks: TaskRecord[] = ['a', 'b'].map((uid) => ({
      uid,
      function: sleep,
      args: [20],
      taskBackendSpecificKwargs: { resources: { GPU: 1 } },
    }))
    await backend.submitTasks([...tasks, { uid: 'free', function: sleep, args: [1] }])
    await recorder.ended(['a', 'b', 'free'])
    const order = recorder.events.filter((event) => !event.startsWith('free'))
    expect(order).to.deep.equal(['a RUNNING', 'a DONE', 'b RUNNING', 'b DONE'])
  },
  'what no worker can ever have fails at once, and says what there is': async ({ start, daskflow }) => {
    const backend = await start({ nWorkers: 1, resources: { GPU: 1 } })
    const demandsOf = [{ GPU: 2 }, { TPU: 1 }]
    const tasks: TaskRecord[] = demandsOf.map((resources, n) => ({
      uid: `task.${n}`,
      function: async () => 1,
      taskBackendSpecificKwargs: { resources },
    }))
    const recorder = await runTasks(backend, tasks)
    for (const [n, task] of tasks.entries()) {
      expect(recorder.statesOf(task.uid)).to.deep.equal(['FAILED'])
      const error = exceptionOf(task)
      expect(error).to.be.instanceOf(daskflow.ValueError)
      expect(error.message).to.contain(JSON.stringify(demandsOf[n])).and.to.contain('{"GPU":1}')
    }
  },
})

export const retries = cases('retries', ['dask'], {
  'what throws is run again, as often as it may be, with one RUNNING and one end': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const fails = async function (this: { attempt: number; report(progress: unknown): void }, upTo: number) {
      this.report(this.attempt)
      if (this.attempt <= upTo) throw new RangeError(`attempt ${this.attempt}`)
      return this.attempt
    }
    const seen: string[] = []
    backend.onProgress(({ uid }, attempt) => seen.push(`${uid} ${attempt}`))
    const tasks: TaskRecord[] = [1, 2, 3].map((upTo) => ({
      uid: `${upTo}`,
      function: fails,
      args: [upTo],
      taskBackendSpecificKwargs: { retries: 2 },
    }))
    const recorder = await runTasks(backend, tasks)
    expect(tasks.map(({ returnValue }) => returnValue)).to.deep.equal([2, 3, undefined])
    expect(exceptionOf(tasks[2] as TaskRecord)).to.include({ name: 'RangeError', message: 'attempt 3' })
    expect(recorder.statesOf('1')).to.deep.equal(['RUNNING', 'DONE'])
    expect(recorder.statesOf('3')).to.deep.equal(['RUNNING', 'FAILED'])
    expect(seen.toSorted()).to.deep.equal(['1 1', '1 2', '2 1', '2 2', '2 3', '3 1', '3 2', '3 3'])
  },
  'each attempt has its own time': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const slow = async function (this: { attempt: number }) {
      const { attempt } = this
      await new Promise<void>((resolve) => setTimeout(resolve, 250))
      if (attempt === 1) throw new Error('once')
      return attempt
    }
    const task: TaskRecord = { uid: 'a', function: slow, taskBackendSpecificKwargs: { retries: 1, timeout: 400 } }
    await runTasks(backend, [task])
    expect(task.returnValue).to.equal(2)
  },
  'one that waits to be run again can be cancelled': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const recorder = new Recorder(backend)
    const fails = async function (this: { report(progress: unknown): void }) {
      this.report('again')
      throw new Error('always')
    }
    const heard = new Promise<void>((resolve) => {
      backend.onProgress(() => resolve())
    })
    await backend.submitTasks([{ uid: 'a', function: fails, taskBackendSpecificKwargs: { retries: 1e9 } }])
    await heard
    expect(await backend.cancelTask('a')).to.equal(true)
    expect(recorder.statesOf('a')).to.deep.equal(['RUNNING', 'CANCELED'])
    expect((await runOne(backend, async () => 1)).returnValue).to.equal(1)
  },
  'an argument that cannot be cloned is not tried again': async ({ start, daskflow }) => {
    const backend = await start({ nWorkers: 1 })
    const task: TaskRecord = {
      uid: 'a',
      function: async (value: unknown) => value,
      args: [() => 1],
      taskBackendSpecificKwargs: { retries: 3 },
    }
    const recorder = await runTasks(backend, [task])
    expect(exceptionOf(task)).to.be.instanceOf(daskflow.TaskValidationError)
    expect(recorder.statesOf('a')).to.deep.equal(['FAILED'])
    expect((await runOne(backend, async () => 1)).returnValue).to.equal(1)
  },
  'what is moved cannot be run again, so that both together are refused': async ({ start, daskflow }) => {
    const backend = await start({ nWorkers: 1 })
    const bytes = new Uint8Array(8)
    const run = async (given: Uint8Array) => given.length
    const tasks: TaskRecord[] = [
      { uid: 'list', function: run, args: [bytes], taskBackendSpecificKwargs: { retries: 1, transfer: [bytes.buffer] } },
      {
        uid: 'mark',
        function: run,
        args: [daskflow.transfer(bytes, [bytes.buffer])],
        taskBackendSpecificKwargs: { retries: 1 },
      },
    ]
    await runTasks(backend, tasks)
    for (const task of tasks) {
      expect(exceptionOf(task)).to.include({ code: 'ERR_TASK_VALIDATION', path: 'taskBackendSpecificKwargs.retries' })
    }
    expect(bytes.byteLength).to.equal(8)
  },
})
