import { Worker } from 'node:worker_threads'
import { DaskExecutionBackend, moduleFunction } from 'daskflow'
import { expect, test, vi } from 'vitest'
import { errorOf, Recorder, runOne, runTasks } from '../conformance/recorder.js'

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url)

test('resources.worker may be a function that makes the worker', async () => {
  await using backend = await new DaskExecutionBackend({ nWorkers: 1, worker: () => new Worker(fixture('worker.js')) })
  expect((await runOne(backend, 'greet', 'you')).returnValue).toBe('hello you')
})

test('what the program itself posts to its own worker is none of ours', async () => {
  const worker = () => {
    const made = new Worker(fixture('worker.js'))
    for (const message of [{ config: 1 }, null, 7, 'text', [], ['config']]) made.postMessage(message)
    return made
  }
  await using backend = await new DaskExecutionBackend({ nWorkers: 1, worker })
  expect((await runOne(backend, 'add', 1, 2)).returnValue).toBe(3)
})

test('resources.worker may be a path or a file: URL as a string', async () => {
  for (const worker of ['test/fixtures/worker.js', fixture('worker.js').href]) {
    await using backend = await new DaskExecutionBackend({ nWorkers: 1, worker })
    expect((await runOne(backend, 'add', 1, 2)).returnValue).toBe(3)
  }
})

test('a function that makes something else fails the start and says what it must make', async () => {
  const error = await errorOf(new DaskExecutionBackend({ worker: () => ({}) }).start())
  expect(error.message).toContain('must return a Worker of node:worker_threads')
})

test('a worker that is given twice is refused, and goes on where it was given first', async () => {
  const made = new Worker(fixture('worker.js'))
  await using first = await new DaskExecutionBackend({ nWorkers: 1, worker: () => made })
  const error = await errorOf(new DaskExecutionBackend({ worker: () => made }).start())
  expect(error.message).toContain('must make a new Worker each time')
  expect((await runOne(first, 'greet', 'you')).returnValue).toBe('hello you')
})

test('tasks really run on several threads', async () => {
  await using backend = await new DaskExecutionBackend({ nWorkers: 2 })
  const whichThread = moduleFunction(fixture('node-tasks.js'), 'whichThread')
  const tasks = Array.from({ length: 20 }, (_, i) => ({ uid: `${i}`, function: whichThread }))
  await runTasks(backend, tasks)
  const threads = new Set(tasks.map((task) => (task as { returnValue?: unknown }).returnValue))
  expect(threads.size).toBe(2)
  expect(threads.has(0)).toBe(false)
})

test('a task that ends its worker is run again, then taken for the cause', async () => {
  await using backend = await new DaskExecutionBackend({ nWorkers: 1, allowedFailures: 1 })
  const seen: string[] = []
  backend.onWorker(({ type, reason }) => seen.push(reason === undefined ? type : `${type} ${reason}`))
  const exit = async () => process.exit(3)
  const [task, other] = [
    { uid: 'exit', function: exit },
    { uid: 'other', function: async () => 'fine' },
  ]
  await runTasks(backend, [task, other])
  expect((task as { exception?: unknown }).exception).toMatchObject({
    code: 'ERR_KILLED_WORKER',
    uid: 'exit',
    reason: 'exited',
    exitCode: 3,
  })
  expect((other as { returnValue?: unknown }).returnValue).toBe('fine')
  expect(seen.filter((event) => event === 'lost exited')).toHaveLength(2)
})

test('a bare specifier is a module', async () => {
  await using backend = await new DaskExecutionBackend({ nWorkers: 1 })
  expect((await runOne(backend, moduleFunction('node:path', 'basename'), '/a/b.txt')).returnValue).toBe('b.txt')
})

test('a worker may use the package itself', async () => {
  await using backend = await new DaskExecutionBackend({ nWorkers: 1 })
  const task = await runOne(backend, moduleFunction(fixture('node-tasks.js'), 'squareElsewhere'), 7)
  expect(task).toMatchObject({ state: 'DONE', returnValue: 49 })
})

test('without a logger, the console hears of a listener that fails, and of nothing else', async () => {
  const [error, warn] = [vi.spyOn(console, 'error').mockImplementation(() => {}), vi.spyOn(console, 'warn')]
  try {
    await using backend = await new DaskExecutionBackend({ nWorkers: 1 })
    backend.registerCallback((_, state) => {
      if (state === 'DONE') throw new Error('listener broke')
    })
    const task = await runOne(backend, async () => 1)
    expect(error.mock.calls).toEqual([
      [expect.stringContaining(task.uid), expect.objectContaining({ message: 'listener broke' })],
    ])
    expect(warn).not.toHaveBeenCalled()
  } finally {
    vi.restoreAllMocks()
  }
})

test('the thread of a hot loop is gone when its worker was replaced', async () => {
  const made: Worker[] = []
  const worker = () => {
    made.push(new Worker(fixture('worker.js')))
    return made.at(-1)
  }
  await using backend = await new DaskExecutionBackend({ nWorkers: 1, worker })
  const recorder = new Recorder(backend)
  const lost = new Promise<void>((resolve) => backend.onWorker(({ type }) => type === 'lost' && resolve()))
  const loop = async () => {
    for (;;);
  }
  await backend.submitTasks([{ uid: 'loop', function: loop }])
  await recorder.reached('loop', 'RUNNING')
  expect(made[0]?.threadId).toBeGreaterThan(0)
  await backend.cancelTask('loop')
  await lost
  // What Node says of a thread that has ended.
  expect(made[0]?.threadId).toBe(-1)
  expect((await runOne(backend, 'add', 1, 2)).returnValue).toBe(3)
})

test('a worker that reaches its heap limit is lost by that reason', async () => {
  const worker = () => new Worker(fixture('worker.js'), { resourceLimits: { maxOldGenerationSizeMb: 16 } })
  await using backend = await new DaskExecutionBackend({ nWorkers: 1, allowedFailures: 0, worker })
  const hoard = async () => {
    const hoarded: number[][] = []
    for (;;) hoarded.push(new Array(10_000).fill(0.5))
  }
  const task = await runOne(backend, hoard)
  expect(task.exception).toMatchObject({ code: 'ERR_KILLED_WORKER', reason: 'memory' })
  expect((await runOne(backend, 'add', 1, 2)).returnValue).toBe(3)
})

test('a worker that closes its port is lost', async () => {
  await using backend = await new DaskExecutionBackend({ nWorkers: 1, allowedFailures: 0 })
  const close = moduleFunction(fixture('node-tasks.js'), 'closePort')
  expect((await runOne(backend, close)).exception).toMatchObject({ code: 'ERR_KILLED_WORKER', reason: 'exited' })
})
