// The rows of docs/divergences.md, by their names.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  type BlockScope,
  ConcurrentExecutionBackend,
  DaskExecutionBackend,
  InputFile,
  NoopExecutionBackend,
  OutputFile,
  ResultRef,
  TaskCanceledError,
  type TaskFuture,
  TaskValidationError,
  WorkflowEngine,
} from 'daskflow'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { deferred } from '../../src/core/deferred.js'
import { errorOf } from '../conformance/recorder.js'
import { HeldBackend } from '../fakes/held-backend.js'
import { createFlow, flowOver, localFlow, noopFlow } from './flow.js'

const inc = async (n: number) => n + 1
const list = async (...values: unknown[]) => values

/** An engine over a backend whose tasks end by hand. */
async function held() {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  /** A task of this name that was called. */
  const call = (name: string, ...args: unknown[]) => flow.functionTask({ name }, list)(...args)
  return { backend, flow, call }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'daskflow-divergences-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

describe('mended', () => {
  test('nothing is polled', async () => {
    const { backend, flow, call } = await held()
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const block = flow.block(async (value: unknown) => call('third', call('second', value)))
    const future = block(call('first'))
    for (const name of ['first', 'second', 'third']) {
      await backend.has(name)
      expect(vi.getTimerCount()).toBe(0)
      await backend.tell(name, 'DONE', { returnValue: [name] })
    }
    expect(await future).toEqual(['third'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a uid is counted by its engine, and no engine gets the results of another', async () => {
    const backend = new HeldBackend('held', { cancels: false })
    const first = await flowOver(backend)
    const old = first.functionTask({ name: 'old' }, async () => 'old')()
    await backend.has('old')
    await first.shutdown({ skipExecutionBackend: true })
    const second = await flowOver(backend)
    const next = second.functionTask({ name: 'next' }, async () => 'next')()
    await backend.has('next')
    // It could not be cancelled, and ends now.
    await backend.tell('old', 'DONE', { returnValue: 'old' })
    expect([old.uid, old.state, next.uid, next.state]).toEqual(['task.000001', 'CANCELLED', 'task.000001', 'PENDING'])
    await backend.tell('next', 'DONE', { returnValue: 'next' })
    expect(await next).toBe('next')
  })

  test('a cancel goes to the backend that has the task', async () => {
    const [first, owner] = [new HeldBackend('first'), new HeldBackend('owner')]
    const flow = await flowOver(first, owner)
    const future = flow.functionTask({ name: 'task', backend: 'owner' }, list)()
    await owner.tell('task', 'RUNNING')
    future.cancel()
    expect(await future.exception()).toBeInstanceOf(TaskCanceledError)
    expect([first.cancelAsked, owner.cancelAsked]).toEqual([[], ['task']])
  })

  test('a cancel tells its reason, also of what runs', async () => {
    const { backend, call } = await held()
    const future = call('task')
    await backend.tell('task', 'RUNNING')
    future.cancel('enough')
    expect(await future.exception()).toMatchObject({ cause: 'enough', message: expect.stringContaining('enough') })
  })

  test('a backend that is not there fails its task alone', async () => {
    const flow = await noopFlow()
    const bad = flow.functionTask({ backend: 'nowhere' }, inc)(0)
    const good = flow.functionTask(inc)(0)
    expect(await errorOf(bad.result())).toMatchObject({ code: 'ERR_VALUE', message: expect.stringContaining("'nowhere'") })
    expect(await good).toBe('Dummy Output')
  })

  test('two backends of one name are refused', async () => {
    const backend = [new NoopExecutionBackend(), new NoopExecutionBackend()]
    expect((await errorOf(WorkflowEngine.create({ backend }))).message).toContain("a backend 'noop' already")
  })

  test('a block that depends on something cancelled is cancelled', async () => {
    const { backend, flow, call } = await held()
    const first = call('first')
    let ran = false
    const block = flow.block(async (_: unknown) => {
      ran = true
    })(first)
    first.cancel()
    expect(await block.exception()).toBeInstanceOf(TaskCanceledError)
    expect([block.state, ran]).toEqual(['CANCELLED', false])
    const next = call('next')
    await backend.tell('next', 'DONE', { returnValue: ['goes on'] })
    expect(await next).toEqual(['goes on'])
  })

  test('an OutputFile may meet an InputFile', async () => {
    const { backend, call } = await held()
    const future = call('reads', call('writes', new OutputFile('a.txt')), new InputFile('a.txt'), new InputFile('in/b.txt'))
    await backend.tell('writes', 'DONE', { returnValue: [] })
    await backend.tell('reads', 'DONE', { returnValue: [] })
    expect(await future).toEqual([])
    expect(backend.links).toEqual(['writes -> reads: a.txt', 'in/b.txt -> reads: b.txt'])
  })

  test('links are told to the backend of the task', async () => {
    const [one, two] = [new HeldBackend('one'), new HeldBackend('two')]
    const flow = await flowOver(one, two)
    flow.functionTask({ name: 'next', backend: 'two' }, list)(flow.functionTask({ name: 'first' }, list)())
    await one.tell('first', 'DONE')
    await two.has('next')
    expect([one.links, two.links]).toEqual([[], ['first -> next']])
  })

  test('a future in a trailing record is a dependency like others', async () => {
    const { backend, call } = await held()
    const first = call('first')
    const future = call('second', { from: first })
    first.cancel()
    expect(await future.exception()).toBeInstanceOf(TaskCanceledError)
    const next = call('next')
    await backend.tell('next', 'DONE', { returnValue: [] })
    expect(await next).toEqual([])
  })

  test('an unfinished future may be passed twice', async () => {
    const { backend, call } = await held()
    const first = call('first')
    call('second', first, first)
    await backend.tell('first', 'DONE', { returnValue: ['a'] })
    expect((await backend.has('second')).args).toEqual([['a'], ['a']])
  })

  test('a future of another engine is waited for', async () => {
    const [here, there] = [await held(), await held()]
    const far = there.call('far')
    here.call('near', far)
    await there.backend.tell('far', 'DONE', { returnValue: ['a'] })
    expect((await here.backend.has('near')).args).toEqual([['a']])
  })

  test('a call after the shutdown fails, and says so', async () => {
    const { backend, flow, call } = await held()
    await flow.shutdown()
    expect(await errorOf(call('late').result())).toMatchObject({ code: 'ERR_CLOSED', uid: 'task.000001' })
    expect(backend.batches).toEqual([])
  })

  test('futures are found in arrays, records and Maps, and any promise is one', async () => {
    const { backend, call } = await held()
    const first = call('first')
    call('second', [[first]], { deep: { first } }, new Map([['key', first]]), Promise.resolve('promise'))
    await backend.tell('first', 'DONE', { returnValue: ['a'] })
    const { args } = await backend.has('second')
    expect(args).toEqual([[[['a']]], { deep: { first: ['a'] } }, new Map([['key', ['a']]]), 'promise'])
  })

  test('command lines and prompts are made of values', async () => {
    const { backend, flow, call } = await held()
    const first = call('first')
    flow.executableTask({ name: 'line' }, async (value: unknown) => `echo ${value}`)(first)
    flow.promptTask({ name: 'ask' }, async (value: unknown) => `what is ${value}?`)(first)
    await backend.tell('first', 'DONE', { returnValue: 'life' })
    expect((await backend.has('line')).arguments).toEqual(['life'])
    expect((await backend.has('ask')).prompt).toBe('what is life?')
  })

  test('a body of a command line or prompt is not called for a failed dependency', async () => {
    const { backend, flow, call } = await held()
    let calls = 0
    const body = async (_: unknown) => String(++calls)
    const first = call('first')
    const futures = [flow.executableTask(body)(first), flow.promptTask(body)(first)]
    await backend.tell('first', 'FAILED', { exception: new Error('on purpose') })
    for (const future of futures) expect(await errorOf(future.result())).toHaveProperty('code', 'ERR_DEPENDENCY_FAILED')
    expect(calls).toBe(0)
  })

  test('a local backend tells that a task runs', async () => {
    const flow = await localFlow()
    const seen: string[] = []
    const future: TaskFuture<number> = flow.functionTask(async () => seen.push(future.state))()
    await future
    expect(seen).toEqual(['RUNNING'])
  })

  test('arguments arrive as they are', async () => {
    const flow = await localFlow()
    const line = `${JSON.stringify(process.execPath)} -p 'process.argv.slice(1).join("|")' "two words" 'a "quote"' '$HOME' "it's" '*'`
    expect(await flow.executableTask(async () => line)()).toBe('two words|a "quote"|$HOME|it\'s|*\n')
  })

  test('a failure that nobody awaits ends no process, and is logged once', async () => {
    const program = `
      import { ConcurrentExecutionBackend, WorkflowEngine } from 'daskflow'
      const flow = await WorkflowEngine.create({ backend: new ConcurrentExecutionBackend() })
      const failed = flow.functionTask({ name: 'lonely' }, async () => { throw new RangeError('on purpose') })()
      while (!failed.done()) await flow.functionTask(async () => 1)()
      await flow.shutdown()
      await flow.shutdown()
      console.log(failed.state)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      // Where the package can import itself.
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
      killSignal: 'SIGKILL',
    })
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    expect([code, output, errors.match(/nobody awaited it/g)?.length]).toEqual([0, 'FAILED\n', 1])
    expect(errors).toContain("'lonely' (task.000001) failed")
  })

  test('what a backend refuses fails alone', async () => {
    class StrictBackend extends HeldBackend {
      override async submitTasks(tasks: Parameters<HeldBackend['submitTasks']>[0]): Promise<void> {
        if (tasks.some(({ name }) => name === 'bad')) throw new TaskValidationError('on purpose')
        await super.submitTasks(tasks)
      }
    }
    const backend = new StrictBackend()
    const flow = await flowOver(backend)
    const futures = ['good', 'bad', 'fine'].map((name) => flow.functionTask({ name }, list)())
    for (const name of ['good', 'fine']) await backend.tell(name, 'DONE', { returnValue: [name] })
    expect(await futures[1]?.exception()).toMatchObject({ message: 'on purpose' })
    expect(futures.map(({ state }) => state)).toEqual(['DONE', 'FAILED', 'DONE'])
  })

  test('a backend that takes its time keeps no other waiting', async () => {
    const release = deferred<void>()
    class SlowBackend extends HeldBackend {
      override async submitTasks(...given: Parameters<HeldBackend['submitTasks']>): Promise<void> {
        await super.submitTasks(...given)
        await release.promise
      }
    }
    const slow = new SlowBackend('slow')
    const flow = await flowOver(slow, new NoopExecutionBackend())
    flow.functionTask({ name: 'first' }, list)()
    await slow.has('first')
    expect(await flow.functionTask({ backend: 'noop' }, list)()).toBe('Dummy Output')
    release.resolve()
  })

  test('what a shutdown leaves to its backend is cancelled there', async () => {
    const { backend, flow, call } = await held()
    const future = call('task')
    await backend.tell('task', 'RUNNING')
    await flow.shutdown({ skipExecutionBackend: true })
    expect([future.state, backend.cancelAsked, backend.shutdowns]).toEqual(['CANCELLED', ['task'], 0])
  })

  test('what has ended is forgotten', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage: () => void = runInNewContext('gc')
    const flow = await localFlow()
    const values: WeakRef<object>[] = []
    const make = flow.functionTask(async () => {
      const value = { made: true }
      values.push(new WeakRef(value))
      return value
    })
    const use = flow.functionTask(async ({ made }: { made: boolean }) => made)
    const run = flow.block(async () => use(make()))
    for (let i = 0; i < 100; i++) await run()
    for (let i = 0; i < 20; i++) {
      await new Promise((resolve) => setImmediate(resolve))
      collectGarbage()
    }
    expect(values).toHaveLength(100)
    expect(values.filter((ref) => ref.deref() !== undefined)).toEqual([])
  })

  test('telemetry tells of every end', async () => {
    const { backend, flow, call } = await held()
    const ends: string[] = []
    await flow.startTelemetry({
      onEvent: ({ eventType, taskId, attributes }) => {
        if (/^Task(Completed|Failed|Canceled)$/.test(eventType)) {
          ends.push(`${taskId} ${eventType} ${attributes.error_type ?? ''}`.trim())
        }
      },
    })
    const first = call('first')
    const second = call('second', first)
    call('third').cancel()
    await backend.tell('first', 'FAILED', { exception: new RangeError('on purpose') })
    await second.exception()
    expect(ends).toEqual([
      'task.000003 TaskCanceled',
      'task.000001 TaskFailed RangeError',
      'task.000002 TaskFailed DependencyFailureError',
    ])
  })
})

describe('otherwise in JavaScript', () => {
  test('`with` says what keywords of a call say there', async () => {
    const { backend, flow } = await held()
    const task = flow.functionTask({ name: 'task', taskDescription: { priority: 1, retries: 2 } }, list)
    task.with({ workflowId: 'night', taskDescription: { priority: 3 } })('a')
    const { args, workflowId, taskBackendSpecificKwargs } = await backend.has('task')
    expect([args, workflowId, taskBackendSpecificKwargs]).toEqual([['a'], 'night', { priority: 3, retries: 2 }])
  })

  test('a body that is not async is refused where it is defined', async () => {
    const flow = await noopFlow()
    const error = await errorOf(() => flow.functionTask({ name: 'plain' }, () => 1))
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toBe(
      "Error in decorated function 'plain': Function plain must be async. For sync functions, wrap them in async function.",
    )
  })

  test('`result` and `exception` answer promises', async () => {
    const flow = await localFlow()
    const good = flow.functionTask(inc)(0)
    expect([await good.result(), await good.exception()]).toEqual([1, undefined])
    const bad = flow.functionTask(async () => {
      throw new RangeError('on purpose')
    })()
    const error = await bad.exception()
    expect(error).toBeInstanceOf(RangeError)
    expect(await errorOf(bad.result())).toBe(error)
  })

  test('code of a block cannot be interrupted: its signal tells it, and what it still calls is cancelled', async () => {
    const { backend, flow, call } = await held()
    const started = deferred<void>()
    const release = deferred<void>()
    const late = deferred<{ readonly future: TaskFuture }>()
    let heard: unknown
    const block = flow.block(async function (this: BlockScope) {
      this.signal.addEventListener('abort', () => {
        heard = this.signal.reason
      })
      started.resolve()
      await release.promise
      late.resolve({ future: call('late') })
    })()
    await started.promise
    block.cancel('enough')
    expect(heard).toMatchObject({ code: 'ERR_TASK_CANCELED', cause: 'enough' })
    release.resolve()
    const { future } = await late.promise
    expect(future.state).toBe('CANCELLED')
    expect(backend.batches).toEqual([])
  })

  test('a block whose body throws a TaskCanceledError is CANCELLED', async () => {
    const { flow, call } = await held()
    const block = flow.block(async () => {
      const member = call('member')
      member.cancel('enough')
      await member
    })()
    expect(await block.exception()).toBeInstanceOf(TaskCanceledError)
    expect(block.state).toBe('CANCELLED')
  })

  test('futures are CANCELLED, records are CANCELED', async () => {
    const { backend, call } = await held()
    const future = call('task')
    await backend.tell('task', 'CANCELED')
    expect([future.state, future.task.state]).toEqual(['CANCELLED', 'CANCELED'])
  })

  test('a folder is made when something is written there', async () => {
    const workDir = temporaryFolder()
    const flow = await createFlow({ backend: new ConcurrentExecutionBackend(), uid: 'engine', workDir })
    await flow.functionTask(inc)(0)
    expect(existsSync(join(workDir, 'engine'))).toBe(false)
    await flow.executableTask({ captureStdio: true }, async () => 'echo')()
    expect(existsSync(join(workDir, 'engine', 'task.000002.stdout'))).toBe(true)
  })

  test('signals are taken only where that is asked for', async () => {
    const count = () => process.listenerCount('SIGTERM')
    const before = count()
    await flowOver(new HeldBackend())
    expect(count()).toBe(before)
    const flow = await createFlow({ backend: new HeldBackend(), handleSignals: true })
    expect(count()).toBe(before + 1)
    await flow.shutdown()
    expect(count()).toBe(before)
  })

  test('a backend works for one engine at a time', async () => {
    const { backend, flow } = await held()
    expect((await errorOf(flowOver(backend))).message).toContain('is used by')
    await flow.shutdown({ skipExecutionBackend: true })
    await flowOver(backend)
  })

  test('`metadata.dependencies` holds uids and names', async () => {
    const { call } = await held()
    const first = call('first')
    expect(call('second', first).task.metadata?.dependencies).toEqual([{ uid: 'task.000001', name: 'first' }])
  })

  test('a shell reads a command line only where that is asked for', async () => {
    const flow = await localFlow()
    const body = async () => 'echo $((1 + 1)) && echo 3'
    expect(await flow.executableTask(body)()).toBe('$((1 + 1)) && echo 3\n')
    expect(await flow.executableTask({ taskDescription: { shell: true } }, body)()).toBe('2\n3\n')
  })

  test('a value stays with its worker where that is asked for', async () => {
    const flow = await createFlow({ backend: new DaskExecutionBackend({ nWorkers: 1 }) })
    const first = flow.functionTask({ taskDescription: { keepResult: true } }, async () => [1, 2, 3])()
    const second = flow.functionTask(async (values: readonly number[]) => values.length)(first)
    expect(await second).toBe(3)
    expect(await first).toBeInstanceOf(ResultRef)
    expect(await ((await first) as unknown as ResultRef).result()).toEqual([1, 2, 3])
  })
})
