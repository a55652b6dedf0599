import {
  ConcurrentExecutionBackend,
  LocalExecutionBackend,
  type LogEntry,
  moduleFunction,
  type TaskContext,
  type TaskRecord,
  transfer,
  WorkflowEngine,
  withScope,
} from 'daskflow'
import { expose, getTaskContext } from 'daskflow/worker'
import { afterEach, expect, test } from 'vitest'
import { deferred } from '../../src/core/deferred.js'
import { errorOf, Recorder, runOne, runTasks, sleep } from '../conformance/recorder.js'

let backend: ConcurrentExecutionBackend

type Options = ConstructorParameters<typeof ConcurrentExecutionBackend>[0]

function make(options?: Options): ConcurrentExecutionBackend {
  backend = new ConcurrentExecutionBackend(options)
  return backend
}

afterEach(() => backend?.shutdown())

const never = async () => new Promise<void>(() => {})

/** Functions that run until they are let go, by uid. */
function gates() {
  const opens = new Map<string, () => void>()
  async function wait(this: TaskContext) {
    const { promise, resolve } = deferred<void>()
    opens.set(this.uid, () => resolve())
    await promise
  }
  return { wait, open: (uid: string) => opens.get(uid)?.() }
}

test('a thread whose tasks run here is no worker, to which functions could be exposed', async () => {
  await runTasks(make(), [{ uid: 'a', function: async () => getTaskContext().uid }])
  expect(() => expose({ never })).toThrow('outside of a worker')
})

test('a scope of an engine within a task does not hide who the task is', async () => {
  const task = await runOne(make(), async () => {
    await using flow = await WorkflowEngine.create({ backend: new ConcurrentExecutionBackend({ name: 'inner' }) })
    const workerId = async () => getTaskContext().workerId
    return [await flow.functionTask(workerId)(), await flow.workflowScope(workerId), await workerId()]
  })
  expect(task.returnValue).toEqual(['inner', 'concurrent', 'concurrent'])
})

test('its alias is the same class', () => {
  expect(LocalExecutionBackend).toBe(ConcurrentExecutionBackend)
})

test('it has a name, by default concurrent', () => {
  expect([make().name, make({ name: 'here' }).name]).toEqual(['concurrent', 'here'])
})

test.each<[options: object, says: string]>([
  [{ concurency: 2 }, "'concurency' is not known. Did you mean 'concurrency'?"],
  [{ concurrency: 0 }, 'options.concurrency must be an integer, 1 or more, got 0'],
  [{ prompt: 'ask' }, 'options.prompt must be a function'],
])('a bad option is refused: %j', (options, says) => {
  expect(() => new ConcurrentExecutionBackend(options)).toThrow(
    expect.objectContaining({ name: 'TypeError', code: 'ERR_RESOURCES', message: expect.stringContaining(says) }),
  )
})

test('a closure runs by reference: nothing is copied', async () => {
  const seen: unknown[] = []
  const argument = { fn: () => 1 }
  const task = await runOne(
    make(),
    async (given: unknown) => {
      seen.push(given)
      return given
    },
    argument,
  )
  expect(seen[0]).toBe(argument)
  expect(task.returnValue).toBe(argument)
})

test('what a function throws is its exception, itself', async () => {
  const error = new RangeError('too far')
  const task = await runOne(make(), async () => {
    throw error
  })
  expect([task.state, task.exception]).toEqual(['FAILED', error])
  expect(task.exception).toBe(error)
})

test('withScope and transfer mean nothing here, and do no harm', async () => {
  const factor = 3
  const bytes = new Uint8Array([1])
  const scaled = withScope(async (n: number, given: Uint8Array) => transfer([n * factor, given], []), { factor })
  const task = await runOne(make(), scaled, 2, transfer(bytes, [bytes.buffer]))
  expect(task.returnValue).toEqual([6, bytes])
  expect(bytes).toHaveLength(1)
})

test('a function of a module is imported here', async () => {
  const task = await runOne(make(), moduleFunction(new URL('../fixtures/tasks.js', import.meta.url), 'syncDouble'), 21)
  expect(task).toMatchObject({ state: 'DONE', returnValue: 42 })
})

test('an export that is missing fails its task, and so does a module', async () => {
  const missing = await runOne(make(), moduleFunction(new URL('../fixtures/tasks.js', import.meta.url), 'nothing'))
  expect(missing.exception).toMatchObject({
    code: 'ERR_TASK_VALIDATION',
    message: expect.stringContaining("exports no function 'nothing'"),
  })
  const lost = await runOne(backend, moduleFunction('no-such-package'))
  expect(lost.exception).toMatchObject({
    code: 'ERR_TASK_VALIDATION',
    message: expect.stringContaining("'no-such-package' could not be imported"),
  })
})

test.each<[what: string, fn: unknown, says: string]>([
  ['a name', 'resize', "'resize' is a name: give the backend the option"],
  ['nothing', undefined, 'The task has no function: got undefined.'],
  ['a function that is not async', function plain() {}, "'plain' is not async."],
  ['a class', class Thing {}, 'it is a class.'],
])('%s is refused without RUNNING', async (_, fn, says) => {
  const task: TaskRecord = { uid: 'task', function: fn as never }
  const recorder = await runTasks(make(), [task])
  expect(recorder.statesOf('task')).toEqual(['FAILED'])
  expect(task.exception).toMatchObject({ code: 'ERR_VALUE', uid: 'task' })
  expect((task.exception as Error).message).toContain(`ConcurrentExecutionBackend only supports async functions. `)
  expect((task.exception as Error).message).toContain(says)
})

test('a name is one of its functions', async () => {
  const backend = make({ functions: { double: (n: number) => n * 2 } })
  expect((await runOne(backend, 'double', 4)).returnValue).toBe(8)
  const task = await runOne(backend, 'treble', 4)
  expect((task.exception as Error).message).toContain("There is no 'treble' among its functions: double.")
})

test('this is the context of the task', async () => {
  async function look(this: TaskContext) {
    return [this.uid, this.workerId, this.attempt, this.signal.aborted]
  }
  const task: TaskRecord = { uid: 'task', function: look }
  await runTasks(make({ name: 'here' }), [task])
  expect(task.returnValue).toEqual(['task', 'here', 1, false])
})

test('progress and logs come in order, before the end, and progress is a copy', async () => {
  const events: unknown[] = []
  make()
  backend.registerCallback((_, state) => events.push(state))
  backend.onProgress((task, progress) => events.push([task.uid, progress]))
  backend.onLog((task, entry: LogEntry) => events.push([task?.uid, entry.level, entry.args, entry.workerId]))
  async function tell(this: TaskContext) {
    const progress = { n: 1 }
    const { report, log } = this
    report(progress)
    progress.n = 2
    log('hello', never)
  }
  await runTasks(backend, [{ uid: 'task', function: tell }])
  expect(events).toEqual(['RUNNING', ['task', { n: 1 }], ['task', 'log', ['hello', never], 'concurrent'], 'DONE'])
})

test('progress that cannot be cloned is refused', async () => {
  async function tell(this: TaskContext) {
    this.report(() => {})
  }
  const task = await runOne(make(), tell)
  expect(task.exception).toMatchObject({ code: 'ERR_TASK_VALIDATION', path: 'progress' })
})

test('so many run at a time as concurrency says, first come, first served', async () => {
  const { wait, open } = gates()
  const recorder = new Recorder(make({ concurrency: 2 }))
  const uids = ['a', 'b', 'c', 'd']
  await backend.submitTasks(uids.map((uid) => ({ uid, function: wait })))
  expect(recorder.events).toEqual(['a RUNNING', 'b RUNNING'])
  open('b')
  await recorder.reached('c', 'RUNNING')
  open('a')
  await recorder.reached('d', 'RUNNING')
  expect(recorder.events).toEqual(['a RUNNING', 'b RUNNING', 'b DONE', 'c RUNNING', 'a DONE', 'd RUNNING'])
})

test('functions that wait for nothing leave others their turn', async () => {
  make({ concurrency: 1 })
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  const spin = async () => {
    for (const until = performance.now() + 1; performance.now() < until; );
  }
  await runTasks(
    backend,
    Array.from({ length: 100 }, (_, i) => ({ uid: `${i}`, function: spin })),
  )
  clearInterval(timer)
  expect(turns).toBeGreaterThan(1)
})

test('one that waits is cancelled at once, and never runs', async () => {
  const { wait, open } = gates()
  const ran: string[] = []
  const recorder = new Recorder(make({ concurrency: 1 }))
  await backend.submitTasks([
    { uid: 'first', function: wait },
    { uid: 'second', function: async () => void ran.push('second') },
    { uid: 'third', function: async () => 3 },
  ])
  expect(await backend.cancelTask('second')).toBe(true)
  expect(recorder.events).toEqual(['first RUNNING', 'second CANCELED'])
  open('first')
  await recorder.ended(['third'])
  expect([ran, await backend.cancelTask('second')]).toEqual([[], false])
})

test('one that runs is told by its signal, CANCELED is reported at once, and what it returns is dropped', async () => {
  const aborted = deferred<unknown>()
  const back = deferred<void>()
  async function heed(this: TaskContext) {
    this.signal.addEventListener('abort', () => aborted.resolve(this.signal.reason))
    await back.promise
    return 'late'
  }
  const task: TaskRecord = { uid: 'task', function: heed }
  const recorder = new Recorder(make())
  await backend.submitTasks([task])
  expect(await backend.cancelTask('task')).toBe(true)
  expect(await aborted.promise).toMatchObject({ code: 'ERR_TASK_CANCELED', uid: 'task' })
  back.resolve()
  await sleep(1)
  expect(recorder.statesOf('task')).toEqual(['RUNNING', 'CANCELED'])
  expect(task).not.toHaveProperty('returnValue')
})

test('it keeps its place until it ends', async () => {
  const { wait, open } = gates()
  const recorder = new Recorder(make({ concurrency: 1, cancelGrace: 10_000 }))
  await backend.submitTasks(['a', 'b'].map((uid) => ({ uid, function: wait })))
  await backend.cancelTask('a')
  await sleep(20)
  expect(recorder.statesOf('b')).toEqual([])
  open('a')
  await recorder.reached('b', 'RUNNING')
})

test('but no longer than cancelGrace: one that never ends does not keep all others waiting', async () => {
  const recorder = new Recorder(make({ concurrency: 1, cancelGrace: 20 }))
  await backend.submitTasks([
    { uid: 'stuck', function: never },
    { uid: 'next', function: async () => 1 },
  ])
  await backend.cancelTask('stuck')
  await recorder.ended(['next'])
  expect(recorder.events).toEqual(['stuck RUNNING', 'stuck CANCELED', 'next RUNNING', 'next DONE'])
})

test('cancelAllTasks cancels what runs and what waits, and answers how many', async () => {
  const recorder = new Recorder(make({ concurrency: 1 }))
  await backend.submitTasks(['a', 'b', 'c'].map((uid) => ({ uid, function: never })))
  expect(await backend.cancelAllTasks()).toBe(3)
  expect(recorder.events).toEqual(['a RUNNING', 'a CANCELED', 'b CANCELED', 'c CANCELED'])
  expect(await backend.cancelAllTasks()).toBe(0)
})

test('a task that takes longer than its timeout fails, and its signal aborts', async () => {
  let reason: unknown
  async function heed(this: TaskContext) {
    await new Promise<void>((resolve) => this.signal.addEventListener('abort', () => resolve()))
    reason = (this.signal.reason as Error).name
  }
  const task: TaskRecord = { uid: 'task', function: heed, taskBackendSpecificKwargs: { timeout: 20, retries: 3 } }
  const recorder = await runTasks(make(), [task])
  expect(recorder.statesOf('task')).toEqual(['RUNNING', 'FAILED'])
  expect(task.exception).toMatchObject({
    code: 'ERR_TASK_TIMEOUT',
    message: "Task 'task' (heed) took longer than its timeout of 20 ms",
  })
  await sleep(1)
  expect(reason).toBe('TimeoutError')
})

test('a signal cancels its task with its reason, also one that has aborted', async () => {
  const controller = new AbortController()
  const tasks: TaskRecord[] = [controller.signal, AbortSignal.abort('before')].map((signal, i) => ({
    uid: `${i}`,
    function: never,
    taskBackendSpecificKwargs: { signal },
  }))
  const recorder = new Recorder(make())
  await backend.submitTasks(tasks)
  expect(recorder.statesOf('1')).toEqual(['CANCELED'])
  controller.abort('now')
  expect(recorder.statesOf('0')).toEqual(['RUNNING', 'CANCELED'])
  expect(tasks.map(({ exception }) => (exception as Error).cause)).toEqual(['now', 'before'])
})

test('it is run again as often as retries says, with one RUNNING over all', async () => {
  async function third(this: TaskContext) {
    if (this.attempt < 3) throw new Error(`attempt ${this.attempt}`)
    return this.attempt
  }
  const tasks: TaskRecord[] = [1, 2].map((retries) => ({
    uid: `${retries}`,
    function: third,
    taskBackendSpecificKwargs: { retries },
  }))
  const recorder = await runTasks(make(), tasks)
  expect(tasks[0]?.exception).toMatchObject({ message: 'attempt 2' })
  expect(tasks[1]?.returnValue).toBe(3)
  expect(recorder.statesOf('2')).toEqual(['RUNNING', 'DONE'])
})

test('the words of DaskExecutionBackend are known, and another is named with the nearest', async () => {
  const task: TaskRecord = {
    uid: 'known',
    function: async () => 1,
    taskBackendSpecificKwargs: {
      priority: 1,
      resources: { GPU: 1 },
      workers: 'w',
      allowOtherWorkers: true,
      transfer: [],
      keepResult: true,
    },
  }
  const unknown: TaskRecord = { uid: 'unknown', function: async () => 1, taskBackendSpecificKwargs: { timeOut: 1 } as never }
  await runTasks(make(), [task, unknown])
  expect(task).toMatchObject({ state: 'DONE', returnValue: 1 })
  expect(unknown.exception).toMatchObject({
    code: 'ERR_TASK_VALIDATION',
    message: expect.stringContaining("'timeOut' is not known. Did you mean 'timeout'?"),
  })
})

test('a prompt is answered by the option prompt', async () => {
  const asked: unknown[] = []
  make({
    async prompt(text, task) {
      asked.push([this.uid, task.uid])
      return text.toUpperCase()
    },
  })
  const task: TaskRecord = { uid: 'task', prompt: 'hello' }
  const recorder = await runTasks(backend, [task])
  expect(recorder.statesOf('task')).toEqual(['RUNNING', 'DONE'])
  expect(task).toMatchObject({ returnValue: 'HELLO', stdout: 'HELLO' })
  expect(asked).toEqual([['task', 'task']])
})

test('an answer that is no string fails its task', async () => {
  const task: TaskRecord = { uid: 'task', prompt: 'hello' }
  await runTasks(make({ prompt: (async () => 42) as never }), [task])
  expect(task.exception).toMatchObject({
    code: 'ERR_VALUE',
    message: "Task 'task': the backend's prompt must answer a string, got 42",
  })
})

test('without the option a prompt fails and says what to do', async () => {
  const task: TaskRecord = { uid: 'task', prompt: 'hello' }
  const recorder = await runTasks(make(), [task])
  expect(recorder.statesOf('task')).toEqual(['FAILED'])
  expect(task.exception).toMatchObject({ name: 'ClusterError', code: 'ERR_NOT_SUPPORTED' })
  expect((task.exception as Error).message).toMatch(
    /^LocalExecutionBackend does not support prompt_task\. .*promptTask\(\{ backend/,
  )
})

test('the map shows what waits and what runs', async () => {
  const map = make({ concurrency: 1 }).getTaskStatesMap()
  await backend.submitTasks(['a', 'b'].map((uid) => ({ uid, function: never })))
  expect([...map]).toEqual([
    ['a', 'RUNNING'],
    ['b', undefined],
  ])
  await backend.cancelAllTasks()
  expect(map.size).toBe(0)
})

test('buildTask may change a task, be awaited, and fail it; what it has may be cancelled', async () => {
  const held = deferred<void>()
  make({
    buildTask: (task) => {
      if (task.uid === 'bad') throw new Error('no')
      if (task.uid === 'held') return held.promise
      task.args = [2]
      return undefined
    },
  })
  const recorder = new Recorder(backend)
  const fn = async (n: number) => n
  const tasks: TaskRecord[] = ['good', 'bad', 'held'].map((uid) => ({ uid, function: fn, args: [1] }))
  const submitted = backend.submitTasks(tasks)
  await recorder.reached('bad', 'FAILED')
  expect(await backend.cancelTask('held')).toBe(true)
  await submitted
  await recorder.ended(['good'])
  expect(tasks.map(({ state, returnValue }) => [state, returnValue])).toEqual([
    ['DONE', 2],
    ['FAILED', undefined],
    ['CANCELED', undefined],
  ])
})

test('taskStateCb is called before the listeners', async () => {
  const events: string[] = []
  make({ taskStateCb: (_, state) => events.push(`hook ${state}`) })
  backend.registerCallback((_, state) => events.push(state))
  await runOne(backend, async () => 1)
  expect(events).toEqual(['hook RUNNING', 'RUNNING', 'hook DONE', 'DONE'])
})

test('a shutdown cancels what is live; then nothing is taken until a start', async () => {
  const recorder = new Recorder(make({ concurrency: 1 }))
  await backend.submitTasks(['a', 'b'].map((uid) => ({ uid, function: never })))
  expect(await backend.state()).toBe('CONNECTED')
  await backend.shutdown()
  await backend.shutdown()
  expect(await backend.state()).toBe('DISCONNECTED')
  expect(recorder.events).toEqual(['a RUNNING', 'a CANCELED', 'b CANCELED'])
  expect(await errorOf(backend.submitTasks([]))).toMatchObject({ name: 'ClusterError', code: 'ERR_CLOSED' })
  expect([await backend.cancelTask('a'), await backend.cancelAllTasks()]).toEqual([false, 0])
  expect(await backend.start()).toBe(backend)
  expect((await runOne(backend, async () => 1)).state).toBe('DONE')
})

test('with drain it waits for what is live', async () => {
  const { wait, open } = gates()
  const recorder = new Recorder(make({ concurrency: 1 }))
  await backend.submitTasks(['a', 'b'].map((uid) => ({ uid, function: wait })))
  const over = backend.shutdown({ drain: true })
  expect(await errorOf(backend.submitTasks([]))).toMatchObject({ code: 'ERR_CLOSED' })
  open('a')
  await recorder.reached('b', 'RUNNING')
  open('b')
  await over
  expect(recorder.events).toEqual(['a RUNNING', 'a DONE', 'b RUNNING', 'b DONE'])
})

test('as long as timeout says, or until one without drain is asked for', async () => {
  const recorder = new Recorder(make())
  await backend.submitTasks([{ uid: 'a', function: never }])
  await backend.shutdown({ drain: true, timeout: 10 })
  await backend.start()
  await backend.submitTasks([{ uid: 'b', function: never }])
  const drained = backend.shutdown({ drain: true })
  await backend.shutdown()
  await drained
  expect(recorder.events).toEqual(['a RUNNING', 'a CANCELED', 'b RUNNING', 'b CANCELED'])
})

test('a start waits for the shutdown before it', async () => {
  make()
  await backend.submitTasks([{ uid: 'a', function: never }])
  const over = backend.shutdown()
  const started = backend.start()
  expect(await errorOf(backend.submitTasks([]))).toMatchObject({ code: 'ERR_CLOSED' })
  await Promise.all([over, started])
  expect(await backend.state()).toBe('CONNECTED')
})

test('a malformed batch is refused whole', async () => {
  const recorder = new Recorder(make())
  const fn = async () => 1
  expect(
    await errorOf(
      backend.submitTasks([
        { uid: 'a', function: fn },
        { uid: 'a', function: fn },
      ]),
    ),
  ).toMatchObject({
    code: 'ERR_TASK_VALIDATION',
    index: 1,
  })
  expect([recorder.events, backend.getTaskStatesMap().size]).toEqual([[], 0])
})

test('a record that is submitted again starts afresh', async () => {
  const task: TaskRecord = { uid: 'task', prompt: 'x' }
  await runTasks(make(), [task])
  task.function = async () => 1
  await runTasks(backend, [task])
  expect(task).toMatchObject({ state: 'DONE', returnValue: 1 })
  expect(task).not.toHaveProperty('exception')
})
