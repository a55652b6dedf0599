import {
  DaskExecutionBackend,
  type DaskResources,
  type ExecutionBackend,
  type ModuleFunction,
  moduleFunction,
  type NamedTask,
  type StateMapper,
  type TaskRecord,
  type TaskState,
  transfer,
  type Unsubscribe,
  withScope,
} from 'daskflow'
import { expose, getTaskContext } from 'daskflow/worker'
import { expectTypeOf, test } from 'vitest'

test('await answers a backend that is no longer awaitable', async () => {
  const backend = await new DaskExecutionBackend()
  expectTypeOf(backend).toExtend<DaskExecutionBackend>()
  expectTypeOf(backend.submitTasks).returns.resolves.toBeVoid()
  expectTypeOf(backend.then).toBeNever()
})

test('await of an awaited backend answers the same type', async () => {
  const once = await new DaskExecutionBackend()
  const twice = await once
  expectTypeOf(twice).toEqualTypeOf(once)
})

test('start and create answer it too', async () => {
  const backend = new DaskExecutionBackend({ nWorkers: 2 })
  expectTypeOf(await backend.start()).toExtend<DaskExecutionBackend>()
  expectTypeOf(await DaskExecutionBackend.create({ nWorkers: 2 }, { name: 'local' })).toExtend<DaskExecutionBackend>()
})

test('a subclass keeps its own members through await, start and create', async () => {
  class Own extends DaskExecutionBackend {
    readonly greeting: string = 'hello'
  }
  expectTypeOf((await new Own()).greeting).toEqualTypeOf<string>()
  expectTypeOf((await new Own().start()).greeting).toEqualTypeOf<string>()
  expectTypeOf((await Own.create()).greeting).toEqualTypeOf<string>()
})

test('a started backend can be returned from an async function', async () => {
  const make = async () => await new DaskExecutionBackend()
  const backend = await make()
  expectTypeOf(backend.state).returns.resolves.toEqualTypeOf<'CONNECTED' | 'DISCONNECTED'>()
})

test('await using disposes of it', async () => {
  await using backend = await new DaskExecutionBackend()
  expectTypeOf(backend).toExtend<AsyncDisposable>()
})

test('resources and options are known by name', () => {
  expectTypeOf<DaskResources>().toHaveProperty('nWorkers')
  // @ts-expect-error the Python spelling
  new DaskExecutionBackend({ n_workers: 2 })
  // @ts-expect-error no number
  new DaskExecutionBackend({ nWorkers: 'two' })
  new DaskExecutionBackend(
    { worker: () => new Object() },
    { buildTask: async (task) => void task.uid, taskStateCb: (task, state) => `${task.uid} ${state}`, logger: console },
  )
})

test('what its methods take and answer', async () => {
  const backend = await new DaskExecutionBackend()
  expectTypeOf(backend.registerCallback).returns.toEqualTypeOf<Unsubscribe>()
  backend.registerCallback((task, state) => {
    expectTypeOf(task).toEqualTypeOf<TaskRecord>()
    expectTypeOf(state).toEqualTypeOf<TaskState>()
  })
  expectTypeOf(backend.cancelTask('uid')).resolves.toBeBoolean()
  expectTypeOf(backend.cancelAllTasks()).resolves.toBeNumber()
  expectTypeOf(backend.getTaskStatesMap()).toEqualTypeOf<StateMapper>()
  expectTypeOf(backend).toExtend<ExecutionBackend>()
})

test('a record may carry more than a backend reads', async () => {
  const backend = await new DaskExecutionBackend()
  const tasks = [{ uid: 'a', function: async (n: number) => n, args: [1], label: 'mine' }]
  await backend.submitTasks(tasks)
  // @ts-expect-error without a uid
  await backend.submitTasks([{ function: async () => 1 }])
})

test('functions keep their types', () => {
  const add = async (a: number, b: number) => a + b
  expectTypeOf(withScope(add, { a: 1 })).toEqualTypeOf(add)
  expectTypeOf(moduleFunction('pkg/tasks', 'resize')).toEqualTypeOf<ModuleFunction>()
  expectTypeOf(transfer(new Uint8Array(1), [])).toEqualTypeOf<Uint8Array<ArrayBuffer>>()
})

test('the inside of a worker', () => {
  expectTypeOf(getTaskContext().signal).toEqualTypeOf<AbortSignal>()
  expectTypeOf(expose).parameter(0).toExtend<Readonly<Record<string, (...args: never[]) => unknown>>>()
})

test('tasks of a worker’s own functions are typed by them', async () => {
  const filters = {
    blur: async (pixels: Uint8Array, radius: number) => pixels.subarray(radius),
    count: (pixels: Uint8Array) => pixels.length,
    names: () => ['blur', 'count'],
  }
  type Task = NamedTask<typeof filters>
  const task: Task = { uid: 'a', function: 'blur', args: [new Uint8Array(4), 2] }
  const backend = await new DaskExecutionBackend()
  await backend.submitTasks([task])
  expectTypeOf<Extract<Task, { function: 'count' }>['returnValue']>().toEqualTypeOf<number | undefined>()
  void ({ uid: 'e', function: 'names' } satisfies Task)
  // @ts-expect-error no such function
  void ({ uid: 'b', function: 'blurr', args: [new Uint8Array(4), 2] } satisfies Task)
  // @ts-expect-error an argument is missing
  void ({ uid: 'c', function: 'blur', args: [new Uint8Array(4)] } satisfies Task)
  // @ts-expect-error an argument of another kind
  void ({ uid: 'd', function: 'count', args: ['pixels'] } satisfies Task)
})
