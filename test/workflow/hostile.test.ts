import {
  type BaseExecutionBackend,
  NoopExecutionBackend,
  type TaskFuture,
  type TaskRecord,
  TaskValidationError,
  WorkflowEngine,
} from 'daskflow'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { deferred } from '../../src/core/deferred.js'
import { HeldBackend } from '../fakes/held-backend.js'

// What users, and backends of their own, may do: every promise settles all the same, and nothing else suffers.

const logger = { warn: () => {}, error: vi.fn() }
const never = async () => new Promise<number>(() => {})
const inc = async (n: number) => n + 1

async function flowOver(backend: BaseExecutionBackend): Promise<WorkflowEngine> {
  const flow = await WorkflowEngine.create({ backend, logger })
  onTestFinished(() => flow.shutdown())
  return flow
}

const rejections: unknown[] = []
const note = (error: unknown) => rejections.push(error)
process.on('unhandledRejection', note)
afterEach(() => {
  expect(rejections.splice(0)).toEqual([])
  logger.error.mockClear()
})

/** Blocks in blocks, so deep; answers the outermost when the innermost has begun, and a task of that. */
async function nest(flow: WorkflowEngine, depth: number): Promise<readonly TaskFuture[]> {
  const innermost = deferred<TaskFuture>()
  const task = flow.functionTask(inc)
  const wait = flow.block(never)
  const block = flow.block(async (left: number): Promise<unknown> => {
    if (left > 0) return block(left - 1)
    const held = task(wait() as TaskFuture<number>)
    innermost.resolve({ held } as never)
    return held
  }) as (left: number) => TaskFuture
  const outermost = block(depth)
  const { held } = (await innermost.promise) as unknown as { held: TaskFuture }
  return [outermost, held]
}

test.each([10, 10_000])('blocks in blocks, %d deep, are cancelled', async (depth) => {
  const [outermost, held] = await nest(await flowOver(new NoopExecutionBackend()), depth)
  outermost?.cancel()
  expect([outermost?.state, held?.state]).toEqual(['CANCELLED', 'CANCELLED'])
})

test('blocks in blocks, 10,000 deep, end with their engine', async () => {
  const backend = new NoopExecutionBackend()
  const flow = await flowOver(backend)
  const [outermost, held] = await nest(flow, 10_000)
  await flow.shutdown()
  expect([outermost?.state, held?.state, await backend.state()]).toEqual(['CANCELLED', 'CANCELLED', 'DISCONNECTED'])
})

test('an error that throws when it is looked at fails its task, and what needs that', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  await flow.startTelemetry()
  const hostile = Object.defineProperties(new Error(), {
    message: { get: () => expect.fail() },
    name: { get: () => expect.fail() },
  })
  const first = flow.functionTask({ name: 'first' }, inc)(0)
  const next = flow.functionTask(inc)(first)
  await backend.tell('first', 'FAILED', { exception: hostile })
  expect(await first.exception()).toBe(hostile)
  expect(await next.exception()).toMatchObject({ code: 'ERR_DEPENDENCY_FAILED' })
})

test('such an error may be the reason of a cancel', async () => {
  const flow = await flowOver(new HeldBackend())
  const reason = Object.defineProperty(new Error(), 'message', { get: () => expect.fail() })
  const future = flow.functionTask(inc)(flow.block(never)())
  expect(future.cancel(reason)).toBe(true)
  expect(((await future.exception()) as Error).cause).toBe(reason)
})

test.each([
  ['a thing that is no function', 'stop'],
  [
    'a function that throws',
    () => {
      throw new Error('no')
    },
  ],
])('a backend may answer a callback with %s', async (_, answer) => {
  class Own extends HeldBackend {
    override registerCallback(...args: Parameters<HeldBackend['registerCallback']>) {
      super.registerCallback(...args)
      return answer as never
    }
  }
  const flow = await flowOver(new Own())
  const future = flow.functionTask(inc)(0)
  await flow.shutdown()
  expect(future.state).toBe('CANCELLED')
})

test('a backend that could not be attached can be, later', async () => {
  let fails = true
  class Own extends HeldBackend {
    override registerCallback(...args: Parameters<HeldBackend['registerCallback']>) {
      if (!fails) return super.registerCallback(...args)
      fails = false
      throw new Error('busy')
    }
  }
  const backend = new Own()
  await expect(WorkflowEngine.create({ backend, logger })).rejects.toThrow('busy')
  await flowOver(backend)
})

test('of two links that fail, one later and one at once, both are heard', async () => {
  class Own extends NoopExecutionBackend {
    override async linkExplicitDataDeps(): Promise<never> {
      throw new Error('later')
    }
    override linkImplicitDataDeps(): never {
      throw new Error('at once')
    }
  }
  const flow = await flowOver(new Own())
  const { InputFile } = await import('daskflow')
  const future = flow.functionTask(async (..._: unknown[]) => 1)(flow.functionTask(inc)(0), new InputFile('/a.txt'))
  expect(['later', 'at once']).toContain(((await future.exception()) as Error).message)
})

test('what a block that is done has started is cancelled with the block around it', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const task = flow.functionTask(inc)
  const members: TaskFuture[] = []
  const go = deferred<void>()
  const inner = flow.block(async () => {
    members.push(task(0))
    void go.promise.then(() => members.push(task(1)))
  })
  const begun = deferred<void>()
  const outer = flow.block(async () => {
    await inner()
    begun.resolve()
    await never()
  })()
  await begun.promise
  go.resolve()
  await go.promise
  outer.cancel()
  await Promise.all(members.map((member) => member.exception()))
  expect(members.map(({ state }) => state)).toEqual(['CANCELLED', 'CANCELLED'])
})

test('a backend that would not cancel is asked again', async () => {
  const options = { cancels: false }
  const backend = new HeldBackend('held', options)
  const flow = await flowOver(backend)
  const future = flow.functionTask({ name: 'task' }, inc)(0)
  await backend.has('task')
  expect(future.cancel()).toBe(true)
  options.cancels = true
  await vi.waitUntil(() => future.cancel() && backend.cancelAsked.length === 2)
  expect(await future.exception()).toMatchObject({ code: 'ERR_TASK_CANCELED' })
})

test('one that is cancelled while its refused batch is handed in again is not run', async () => {
  const handed: string[] = []
  const first = deferred<void>()
  class Own extends NoopExecutionBackend {
    override async submitTasks(tasks: readonly TaskRecord[]) {
      if (tasks.length > 1) throw new TaskValidationError('one of them')
      handed.push(tasks[0]?.uid as string)
      if (handed.length === 1) await first.promise
      await super.submitTasks(tasks)
    }
  }
  const flow = await flowOver(new Own())
  const task = flow.functionTask(inc)
  const [a, b] = [task(0), task(0)]
  await vi.waitUntil(() => handed.length === 1)
  expect(b.cancel()).toBe(true)
  first.resolve()
  await Promise.all([a, b.exception()])
  expect([handed, a.state, b.state]).toEqual([['task.000001'], 'DONE', 'CANCELLED'])
})

test('who hears that a task is submitted may cancel another of its batch', async () => {
  const flow = await flowOver(new HeldBackend())
  const task = flow.functionTask(inc)
  const futures: TaskFuture[] = []
  await flow.startTelemetry({
    onEvent: ({ eventType, taskId }) => {
      if (eventType === 'TaskSubmitted' && taskId === 'task.000002') for (const i of [0, 2]) futures[i]?.cancel()
    },
  })
  futures.push(task(0), task(0), task(0))
  await Promise.all([futures[0]?.exception(), futures[2]?.exception()])
  expect(futures.map(({ state }) => state)).toEqual(['CANCELLED', 'PENDING', 'CANCELLED'])
})

test('what a done callback calls is in no block', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const task = flow.functionTask(inc)
  const future = flow.block(never)()
  const called = deferred<TaskFuture>()
  future.addDoneCallback(() => called.resolve({ each: task(0) } as never))
  await flow.block(async () => {
    future.cancel()
  })()
  const { each } = (await called.promise) as unknown as { each: TaskFuture }
  expect(each.task.workflowId).toBeUndefined()
})

test('what stands in many places of an argument is looked at once', async () => {
  const flow = await flowOver(new NoopExecutionBackend())
  let reads = 0
  const get = (target: object, key: PropertyKey) => {
    reads++
    return Reflect.get(target, key)
  }
  let value: unknown = new Proxy([1], { get })
  for (let depth = 0; depth < 18; depth++) value = [value, value]
  flow.functionTask(async (_: unknown) => 1)(value)
  expect(reads).toBeLessThan(100)
})

test('two engines of one name cannot work in one folder', async () => {
  const options = { uid: 'twice', logger }
  const flow = await WorkflowEngine.create({ ...options, dryRun: true })
  await expect(WorkflowEngine.create({ ...options, dryRun: true })).rejects.toMatchObject({ code: 'ERR_RESOURCES' })
  await flow.shutdown()
  await (await WorkflowEngine.create({ ...options, dryRun: true })).shutdown()
})
