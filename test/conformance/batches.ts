import { expect } from 'chai'
import { type Case, cases, type TaskRecord } from './case.js'
import { errorOf, Recorder, runOne, runTasks } from './recorder.js'

const fn = async (n: number) => n

const MALFORMED: readonly [what: string, batch: unknown, index: number | undefined, says: string][] = [
  ['no array', { uid: 'a', function: fn }, undefined, 'tasks must be an array'],
  ['nothing', undefined, undefined, 'tasks must be an array'],
  ['an entry that is null', [{ uid: 'a', function: fn }, null], 1, 'must be a record'],
  ['an entry that is a string', ['a'], 0, 'must be a record'],
  ['an entry that is an array', [[]], 0, 'must be a record'],
  ['a missing uid', [{ uid: 'a', function: fn }, { function: fn }], 1, 'uid must be a string'],
  ['an empty uid', [{ uid: '', function: fn }], 0, 'uid must be a string'],
  ['a uid that is a number', [{ uid: 1, function: fn }], 0, 'uid must be a string'],
  [
    'a uid that occurs twice',
    [
      { uid: 'a', function: fn },
      { uid: 'b', function: fn },
      { uid: 'a', function: fn },
    ],
    2,
    "'a' occurs twice",
  ],
  ['a frozen record', [Object.freeze({ uid: 'a', function: fn })], 0, 'frozen'],
  ['args that are no array', [{ uid: 'a', function: fn, args: 'abc' }], 0, 'args must be an array'],
  ['kwargs that are no record', [{ uid: 'a', function: fn, kwargs: [1] }], 0, 'kwargs must be a plain record'],
  ['kwargs that are a Map', [{ uid: 'a', function: fn, kwargs: new Map([['a', 1]]) }], 0, 'kwargs must be a plain record'],
]

const refused: readonly Case[] = MALFORMED.map(([what, batch, index, says]) => ({
  name: `batches: ${what} is refused, and nothing of the batch is submitted`,
  needs: ['dask'],
  run: async ({ start, daskflow }) => {
    const backend = await start({ nWorkers: 1 })
    const recorder = new Recorder(backend)
    const error = await errorOf<Error & { code?: string; index?: number }>(backend.submitTasks(batch as never))
    expect(error).to.be.instanceOf(daskflow.TaskValidationError)
    expect(error.code).to.equal('ERR_TASK_VALIDATION')
    expect(error.message).to.contain(says)
    expect(error.index).to.equal(index)
    expect(backend.getTaskStatesMap().size).to.equal(0)
    await runOne(backend, fn, 1)
    expect(recorder.events.filter((event) => !event.startsWith('one.'))).to.deep.equal([])
  },
}))

export const batches = [
  ...refused,
  ...cases('batches', [], {
    'a task that a worker starts is RUNNING, then DONE with its value': async ({ start }) => {
      const backend = await start()
      const task = { uid: 'task', function: async (a: number, b: number) => a * b, args: [6, 7] }
      const recorder = await runTasks(backend, [task])
      expect(recorder.statesOf('task')).to.deep.equal(['RUNNING', 'DONE'])
      expect(task).to.include({ state: 'DONE', returnValue: 42 })
    },
    'a task that throws is RUNNING, then FAILED with its error': async ({ start }) => {
      const backend = await start()
      const task = {
        uid: 'task',
        function: async () => {
          throw new RangeError('too far')
        },
      }
      const recorder = await runTasks(backend, [task])
      expect(recorder.statesOf('task')).to.deep.equal(['RUNNING', 'FAILED'])
      expect((task as { exception?: unknown }).exception)
        .to.be.instanceOf(RangeError)
        .with.property('message', 'too far')
    },
    'an empty batch is accepted': async ({ start }) => {
      const backend = await start()
      await backend.submitTasks([])
    },
    'kwargs are one more argument, the last': async ({ start }) => {
      const backend = await start()
      const echo = async (...args: unknown[]) => args
      const tasks = [
        { uid: 'both', function: echo, args: [1], kwargs: { b: 2 } },
        { uid: 'alone', function: echo, kwargs: { b: 2 } },
        { uid: 'empty', function: echo, args: [1], kwargs: {} },
      ]
      await runTasks(backend, tasks)
      expect(tasks.map((task) => (task as { returnValue?: unknown }).returnValue)).to.deep.equal([[1, { b: 2 }], [{ b: 2 }], [1]])
    },
    'submitTasks does not wait for results': async ({ start }) => {
      const backend = await start()
      const recorder = new Recorder(backend)
      await backend.submitTasks([{ uid: 'task', function: async () => new Promise((resolve) => setTimeout(resolve, 5)) }])
      expect(recorder.statesOf('task')).not.to.include('DONE')
      await recorder.ended(['task'])
    },
    'the uid of a finished task may be used again': async ({ start }) => {
      const backend = await start()
      for (const n of [1, 2]) {
        const task = { uid: 'task', function: async (x: number) => x, args: [n] }
        await runTasks(backend, [task])
        expect(task).to.include({ returnValue: n })
      }
    },
  }),
  ...cases('batches', ['dask'], {
    'a uid that is live is refused': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      await backend.submitTasks([{ uid: 'task', function: async () => new Promise<void>((resolve) => setTimeout(resolve, 10)) }])
      const error = await errorOf<Error & { uid?: string }>(backend.submitTasks([{ uid: 'task', function: async () => 1 }]))
      expect(error.message).to.contain("uid 'task' is live")
      expect(error.uid).to.equal('task')
      await recorder.ended(['task'])
      expect(recorder.statesOf('task')).to.deep.equal(['RUNNING', 'DONE'])
    },
    'an executable fails with the same error in stderr and exception, without RUNNING': async ({ start, daskflow }) => {
      const backend = await start({ nWorkers: 1 })
      const task: Record<string, unknown> & { uid: string } = { uid: 'task', executable: '/bin/echo', arguments: ['hi'] }
      const recorder = await runTasks(backend, [task])
      expect(recorder.statesOf('task')).to.deep.equal(['FAILED'])
      expect(task.exception).to.be.instanceOf(daskflow.ValueError)
      expect(task.exception).to.equal(task.stderr)
      expect((task.exception as Error).message).to.equal('DaskExecutionBackend does not support executable tasks')
    },
    'a record that is submitted again starts afresh': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const task: Record<string, unknown> & { uid: string } = {
        uid: 'task',
        function: async () => {
          throw new Error('first')
        },
      }
      await runTasks(backend, [task])
      task.function = async () => 'second'
      await runTasks(backend, [task])
      expect(task).to.include({ state: 'DONE', returnValue: 'second' })
      expect(task).not.to.have.property('exception')
    },
    'only fields that have a value are written': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const task = { uid: 'task', function: async () => undefined }
      await runTasks(backend, [task])
      expect(Object.keys(task).sort()).to.deep.equal(['function', 'state', 'uid'])
    },
    'promises among the arguments are dropped, with one warning for a function': async ({ start }) => {
      const warnings: unknown[][] = []
      const logger = { debug() {}, error() {}, warn: (...args: unknown[]) => void warnings.push(args) }
      const backend = await start({ nWorkers: 1 }, { logger })
      const count = async (...args: unknown[]) => args.length
      // biome-ignore lint/suspicious/noThenProperty: any thenable counts
      const thenable = { then() {} }
      const tasks = [1, 2].map((n) => ({ uid: `task.${n}`, function: count, args: [1, Promise.resolve(2), thenable, 3] }))
      await runTasks(backend, tasks)
      expect(tasks.map((task) => (task as { returnValue?: unknown }).returnValue)).to.deep.equal([2, 2])
      expect(tasks[0]?.args).to.have.length(4)
      expect(warnings).to.have.length(1)
    },
    'what the logger cancels while its batch is submitted does not run': async ({ make }) => {
      const canceled: Promise<number>[] = []
      const logger = { debug() {}, error() {}, warn: () => void canceled.push(backend.cancelAllTasks()) }
      const backend = make({ nWorkers: 1 }, { logger })
      await backend.start()
      const tasks = Array.from({ length: 1_500 }, (_, i) => ({
        uid: `${i}`,
        function: fn,
        args: i === 700 ? [Promise.resolve(i)] : [i],
      }))
      const recorder = await runTasks(backend, tasks)
      expect(await Promise.all(canceled)).to.deep.equal([1_500])
      expect(recorder.events).to.have.length(1_500)
      expect(recorder.events.filter((event) => !event.endsWith(' CANCELED'))).to.deep.equal([])
    },
    'a bad option fails its task alone and names it': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const bad: readonly [kwargs: unknown, says: string][] = [
        [{ priorty: 1 }, "Did you mean 'priority'?"],
        [{ priority: Number.NaN }, 'taskBackendSpecificKwargs.priority'],
        [{ priority: 'high' }, 'taskBackendSpecificKwargs.priority'],
        [{ transfer: new ArrayBuffer(1) }, 'taskBackendSpecificKwargs.transfer'],
        ['urgent', 'taskBackendSpecificKwargs must be a plain record'],
        [new Map([['priority', 1]]), 'taskBackendSpecificKwargs must be a plain record'],
      ]
      const tasks: TaskRecord[] = bad.map(([kwargs], i) => ({
        uid: `${i}`,
        function: fn,
        taskBackendSpecificKwargs: kwargs as never,
      }))
      const good: TaskRecord = { uid: 'good', function: fn, args: [1] }
      await runTasks(backend, [...tasks, good])
      expect(good.state).to.equal('DONE')
      tasks.forEach((task, i) => {
        expect(task.exception).to.include({ code: 'ERR_TASK_VALIDATION', uid: `${i}` })
        expect((task.exception as Error).message).to.contain(bad[i]?.[1])
      })
    },
    'an option of a later version fails its task and says so': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const later = ['key', 'pure']
      const tasks: TaskRecord[] = later.map((key) => ({
        uid: key,
        function: fn,
        taskBackendSpecificKwargs: { [key]: 1 } as never,
      }))
      await runTasks(backend, tasks)
      for (const { uid, exception } of tasks) {
        expect(exception).to.include({ code: 'ERR_NOT_SUPPORTED' })
        expect((exception as Error).message).to.contain(uid)
      }
    },
    'a higher priority runs first': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const wait = async () => new Promise<void>((resolve) => setTimeout(resolve, 5))
      const tasks = [0, 0, 5, 9].map((priority, i) => ({ uid: `${i}`, function: wait, taskBackendSpecificKwargs: { priority } }))
      await backend.submitTasks([{ uid: 'first', function: wait }])
      await recorder.reached('first', 'RUNNING')
      await backend.submitTasks(tasks)
      await recorder.ended(tasks.map((task) => task.uid))
      const order = recorder.events.filter((event) => event.endsWith('DONE')).map((event) => event.split(' ')[0])
      expect(order).to.deep.equal(['first', '3', '2', '0', '1'])
    },
  }),
]
