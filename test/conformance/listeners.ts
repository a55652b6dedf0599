import { expect } from 'chai'
import type { TaskContext } from '../../src/index.js'
import { cases, type TaskRecord } from './case.js'
import { errorOf, Recorder, runOne, runTasks } from './recorder.js'

const quiet = { debug() {}, warn() {}, error() {} }

export const listeners = [
  ...cases('listeners', [], {
    'they are called in order of registration, until they leave': async ({ start }) => {
      const backend = await start()
      const calls: string[] = []
      backend.registerCallback((_, state) => calls.push(`a ${state}`))
      const leave = backend.registerCallback((_, state) => calls.push(`b ${state}`))
      await runOne(backend, async () => 1)
      leave()
      await runOne(backend, async () => 1)
      expect(calls).to.deep.equal(['a RUNNING', 'b RUNNING', 'a DONE', 'b DONE', 'a RUNNING', 'a DONE'])
    },
    'the record holds the outcome before they are called': async ({ start }) => {
      const backend = await start()
      let seen: unknown
      backend.registerCallback((task, state) => {
        if (state === 'DONE') seen = { ...task, function: undefined }
      })
      const task = { uid: 'task', function: async () => 'value', extra: 'kept' }
      await runTasks(backend, [task])
      expect(seen).to.deep.equal({ uid: 'task', function: undefined, extra: 'kept', state: 'DONE', returnValue: 'value' })
    },
    'something that is no function is refused': async ({ start }) => {
      const backend = await start()
      expect(await errorOf(() => backend.registerCallback('no' as never))).to.be.instanceOf(TypeError)
    },
  }),
  ...cases('listeners', ['dask'], {
    'one that throws is reported with the uid and disturbs nothing': async ({ start }) => {
      const reports: unknown[][] = []
      const backend = await start({ nWorkers: 1 }, { logger: { ...quiet, error: (...args) => void reports.push(args) } })
      backend.registerCallback((_, state) => {
        if (state === 'DONE') throw new Error('listener broke')
      })
      const after: string[] = []
      backend.registerCallback((_, state) => after.push(state))
      const task = await runOne(backend, async () => 1)
      expect(task.state).to.equal('DONE')
      expect(after).to.deep.equal(['RUNNING', 'DONE'])
      expect(reports).to.have.length(1)
      expect(reports[0]?.[0]).to.contain(task.uid)
      expect(reports[0]?.[1]).to.have.property('message', 'listener broke')
    },
    'a logger that throws disturbs nothing either': async ({ start }) => {
      const logger = {
        warn() {},
        error() {
          throw new Error('logger broke')
        },
      }
      const backend = await start({ nWorkers: 1 }, { logger })
      backend.registerCallback(() => {
        throw new Error('listener broke')
      })
      const recorder = await runTasks(backend, [{ uid: 'task', function: async () => 1 }])
      expect(recorder.statesOf('task')).to.deep.equal(['RUNNING', 'DONE'])
    },
    'one that rejects is reported too': async ({ start }) => {
      let report: ((text: unknown) => void) | undefined
      const reported = new Promise((resolve) => {
        report = resolve
      })
      const backend = await start({ nWorkers: 1 }, { logger: { ...quiet, error: (text) => report?.(text) } })
      backend.registerCallback(async (_, state) => {
        if (state === 'DONE') throw new Error('listener broke')
      })
      const task = await runOne(backend, async () => 1)
      expect(await reported).to.contain(task.uid)
    },
    'a listener may submit the next task': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const next = async (n: number) => n
      backend.registerCallback((task, state) => {
        const n = Number(task.uid)
        if (state === 'DONE' && n < 50) void backend.submitTasks([{ uid: `${n + 1}`, function: next, args: [n + 1] }])
      })
      await backend.submitTasks([{ uid: '0', function: next, args: [0] }])
      await recorder.reached('50', 'DONE')
      expect(recorder.events).to.have.length(102)
    },
    'progress and logs come in order, before the end': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      backend.onProgress((task, progress) => recorder.note(`${task.uid} progress ${progress}`))
      backend.onLog((task, { level, args, workerId }) =>
        recorder.note(`${task?.uid} ${level} ${args.join(' ')} ${typeof workerId}`),
      )
      const talk = async function (this: { report(p: unknown): void; log(...args: unknown[]): void }) {
        this.report(1)
        this.log('half', 'way')
        await new Promise<void>((resolve) => setTimeout(resolve, 1))
        this.report(2)
      }
      await backend.submitTasks([{ uid: 'task', function: talk }])
      await recorder.ended(['task'])
      expect(recorder.events).to.deep.equal([
        'task RUNNING',
        'task progress 1',
        'task log half way string',
        'task progress 2',
        'task DONE',
      ])
    },
    'progress of a task that never yields is heard while it runs': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      backend.onProgress((task, progress) => recorder.note(`${task.uid} ${progress}`))
      const loop = async function (this: { report(p: unknown): void }) {
        for (let i = 0; i < 300; i++) this.report(i)
        return 'end'
      }
      await runOne(backend, loop)
      const numbers = recorder.events.map((event) => Number(event.split(' ')[1])).filter((n) => !Number.isNaN(n))
      expect(numbers).to.deep.equal(Array.from({ length: 300 }, (_, i) => i))
      expect(recorder.events.at(-1)).to.match(/DONE$/)
    },
    'progress is a copy of its moment': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const heard: unknown[] = []
      backend.onProgress((_, progress) => heard.push(progress))
      const fn = async function (this: { report(p: unknown): void }) {
        const progress = { done: 0 }
        this.report(progress)
        progress.done = 1
        this.report(progress)
      }
      await runOne(backend, fn)
      expect(heard).to.deep.equal([{ done: 0 }, { done: 1 }])
    },
    'progress that cannot be cloned throws in the task and names its path': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async function (this: { report(p: unknown): void }) {
        this.report({ stop() {} })
      }
      const task = await runOne(backend, fn)
      expect(task.exception).to.include({ code: 'ERR_TASK_VALIDATION', path: 'progress.stop' })
    },
    'what cannot be cloned is logged as its text': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const logged: unknown[] = []
      backend.onLog((_, { args }) => logged.push(...args))
      const fn = async function (this: { log(...args: unknown[]): void }) {
        this.log({ a: 1 }, Symbol('s'))
      }
      await runOne(backend, fn)
      expect(logged).to.deep.equal([{ a: 1 }, 'Symbol(s)'])
    },
    'a progress listener that throws is reported and disturbs nothing': async ({ start }) => {
      const reports: unknown[] = []
      const backend = await start({ nWorkers: 1 }, { logger: { ...quiet, error: (text) => void reports.push(text) } })
      backend.onProgress(() => {
        throw new Error('broken')
      })
      const fn = async function (this: { report(p: unknown): void }) {
        this.report(1)
        return 'fine'
      }
      expect((await runOne(backend, fn)).returnValue).to.equal('fine')
      expect(reports).to.have.length(1)
    },
  }),
]

export const contexts = [
  ...cases('context', ['dask'], {
    'what a task reports after its end is lost': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      backend.onProgress((task, progress) => recorder.note(`${task.uid} ${progress}`))
      const leaky = async function (this: { report(p: unknown): void }) {
        setTimeout(() => this.report('too late'), 1)
      }
      await runOne(backend, leaky)
      await runOne(backend, async () => new Promise<void>((resolve) => setTimeout(resolve, 10)))
      expect(recorder.events.filter((event) => event.includes('too late'))).to.deep.equal([])
    },
    'it is `this`': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async function (this: TaskContext) {
        return [this.uid, this.attempt, typeof this.workerId, this.signal.aborted]
      }
      const task = await runOne(backend, fn)
      expect(task.returnValue).to.deep.equal([task.uid, 1, 'string', false])
    },
  }),
  ...cases('context', ['dask', 'source'], {
    'it is `this`, and getTaskContext() in the source': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async function (this: { uid: string; workerId: string; attempt: number }) {
        const context = getTaskContext()
        return [this.uid, context.uid, this.attempt, typeof this.workerId, context.signal.aborted]
      }
      const task = await runOne(backend, fn)
      expect(task.returnValue).to.deep.equal([task.uid, task.uid, 1, 'string', false])
    },
    'its parts may be taken off it': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const heard: unknown[] = []
      backend.onProgress((_, progress) => heard.push(progress))
      backend.onLog((_, { args }) => heard.push(...args))
      const fn = async () => {
        const { report, log, signal } = getTaskContext()
        report(1)
        log(2)
        return signal.aborted
      }
      expect((await runOne(backend, fn)).returnValue).to.equal(false)
      expect(heard).to.deep.equal([1, 2])
    },
    'functions given by withScope find it too': async ({ start, daskflow: { withScope } }) => {
      const backend = await start({ nWorkers: 1 })
      const whoAmI = () => getTaskContext().uid
      const task = await runOne(
        backend,
        withScope(async () => whoAmI(), { whoAmI }),
      )
      expect(task.returnValue).to.equal(task.uid)
    },
  }),
]

declare function getTaskContext(): TaskContext

export const hooks = cases('hooks', ['dask'], {
  'taskStateCb is called before the listeners': async ({ Backend, start }) => {
    const calls: string[] = []
    const backend = await start({ nWorkers: 1 }, { taskStateCb: (_, state) => calls.push(`hook ${state}`) })
    backend.registerCallback((_, state) => calls.push(`listener ${state}`))
    await runOne(backend, async () => 1)
    expect(calls).to.deep.equal(['hook RUNNING', 'listener RUNNING', 'hook DONE', 'listener DONE'])

    class Own extends Backend {
      seen: string[] = []
      override taskStateCb(_: TaskRecord, state: string) {
        this.seen.push(state)
      }
    }
    const own = await Own.create({ nWorkers: 1 })
    await runOne(own, async () => 1)
    expect(own.seen).to.deep.equal(['RUNNING', 'DONE'])
    await own.shutdown()
  },
  'a taskStateCb that throws is reported as a listener is': async ({ start }) => {
    const reports: unknown[] = []
    const taskStateCb = () => {
      throw new Error('hook broke')
    }
    const backend = await start({ nWorkers: 1 }, { taskStateCb, logger: { ...quiet, error: (text) => void reports.push(text) } })
    const task = await runOne(backend, async () => 1)
    expect(task.state).to.equal('DONE')
    expect(reports).to.have.length(2)
    expect(reports[0]).to.contain(task.uid)
  },
  'buildTask may change the record, also later': async ({ start }) => {
    for (const buildTask of [
      (task: TaskRecord) => {
        task.args = [2]
      },
      async (task: TaskRecord) => {
        await Promise.resolve()
        task.args = [2]
      },
    ]) {
      const backend = await start({ nWorkers: 1 }, { buildTask })
      expect((await runOne(backend, async (n: number) => n, 1)).returnValue).to.equal(2)
    }
  },
  'a buildTask that throws or rejects fails its task alone': async ({ start }) => {
    for (const buildTask of [
      (task: TaskRecord) => {
        if (task.uid === 'bad') throw new RangeError('cannot build')
      },
      async (task: TaskRecord) => {
        if (task.uid === 'bad') throw new RangeError('cannot build')
      },
    ]) {
      const backend = await start({ nWorkers: 1 }, { buildTask })
      const tasks: TaskRecord[] = ['good', 'bad'].map((uid) => ({ uid, function: async () => 1 }))
      const recorder = await runTasks(backend, tasks)
      expect(recorder.statesOf('bad')).to.deep.equal(['FAILED'])
      expect(tasks[1]?.exception).to.be.instanceOf(RangeError)
      expect(recorder.statesOf('good')).to.deep.equal(['RUNNING', 'DONE'])
    }
  },
  'a buildTask that changes the uid fails its task': async ({ start }) => {
    const buildTask = (task: TaskRecord) => {
      task.uid = 'another'
    }
    const backend = await start({ nWorkers: 1 }, { buildTask })
    const task: TaskRecord = { uid: 'task', function: async () => 1 }
    await runTasks(backend, [task])
    expect(task.exception).to.include({ code: 'ERR_TASK_VALIDATION', path: 'uid' })
  },
  'one that was cancelled while it was built stays so, though its uid is used again': async ({ start }) => {
    const releases: (() => void)[] = []
    const buildTask = () => new Promise<void>((resolve) => releases.push(resolve))
    const backend = await start({ nWorkers: 1 }, { buildTask })
    const recorder = new Recorder(backend)
    const first: TaskRecord = { uid: 'a', function: async () => 'first' }
    const firstBatch = backend.submitTasks([first])
    expect(await backend.cancelTask('a')).to.equal(true)
    const second: TaskRecord = { uid: 'a', function: async () => 'second' }
    const secondBatch = backend.submitTasks([second])
    for (const release of releases) release()
    await Promise.all([firstBatch, secondBatch])
    await recorder.reached('a', 'DONE')
    expect(recorder.statesOf('a')).to.deep.equal(['CANCELED', 'RUNNING', 'DONE'])
    expect(first).to.include({ state: 'CANCELED' })
    expect(second).to.include({ state: 'DONE', returnValue: 'second' })
  },
  'a hook that never ends holds up nobody whose task is cancelled': async ({ start }) => {
    const backend = await start({ nWorkers: 1 }, { buildTask: () => new Promise<void>(() => {}) })
    const recorder = new Recorder(backend)
    const submitted = backend.submitTasks(['a', 'b'].map((uid) => ({ uid, function: async () => 1 })))
    expect(await backend.cancelAllTasks()).to.equal(2)
    await submitted
    expect(recorder.events).to.deep.equal(['a CANCELED', 'b CANCELED'])
  },
  'a task that is still being built can be cancelled, and is live': async ({ start }) => {
    let release: (() => void) | undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const backend = await start({ nWorkers: 1 }, { buildTask: (task) => (task.uid === 'slow' ? held : undefined) })
    const recorder = new Recorder(backend)
    const submitted = backend.submitTasks(['slow', 'other'].map((uid) => ({ uid, function: async () => 1 })))
    expect(backend.getTaskStatesMap().has('slow')).to.equal(true)
    expect((await errorOf(backend.submitTasks([{ uid: 'slow', function: async () => 1 }]))).message).to.contain('live')
    expect(await backend.cancelTask('slow')).to.equal(true)
    release?.()
    await submitted
    await recorder.ended(['other'])
    expect(recorder.statesOf('slow')).to.deep.equal(['CANCELED'])
    expect(recorder.statesOf('other')).to.deep.equal(['RUNNING', 'DONE'])
  },
})
