import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { errorOf } from '../../conformance/recorder.js'
import { HeldBackend } from '../../fakes/held-backend.js'
import { createFlow, flowOver } from '../flow.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A program whose task and block never end. It says when they run, and what became of them when it ends by itself. */
const PROGRAM = `
import { ConcurrentExecutionBackend, WorkflowEngine } from 'daskflow'
const handleSignals = process.argv[1] === 'handleSignals'
const flow = await WorkflowEngine.create({ backend: new ConcurrentExecutionBackend(), handleSignals })
const forever = setInterval(() => {}, 1000)
const task = flow.functionTask(async () => {
  console.log('running')
  await new Promise(() => {})
})()
const block = flow.block(async () => new Promise(() => {}))()
await Promise.all([task.exception(), block.exception()])
clearInterval(forever)
console.log(task.state, block.state)`

/** Runs the program, and sends it a signal once its task runs: how it ended, and what it wrote. */
async function endBy(signal: NodeJS.Signals, ...args: readonly string[]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, ...args], {
    // Where the package can import itself.
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdout.once('data', () => child.kill(signal))
  const [output, [code, endedBy]] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { code, endedBy, output }
}

test('test_manual_shutdown_clean_exit', async () => {
  const told: unknown[] = []
  const logger = { warn: (...args: unknown[]) => told.push(args), error: (...args: unknown[]) => told.push(args) }
  const backend = new HeldBackend()
  const flow = await createFlow({ backend, logger })
  const runs = flow.functionTask({ name: 'task' }, async () => 1)()
  await backend.has('task')
  await flow.shutdown({ skipExecutionBackend: true })
  expect([runs.state, told]).toEqual(['CANCELLED', []])
  // It takes nothing more.
  expect(
    (
      await errorOf(
        flow
          .functionTask(async () => 1)()
          .result(),
      )
    ).code,
  ).toBe('ERR_CLOSED')
})

test('test_shutdown_with_running_tasks', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const canceled: (string | undefined)[] = []
  await flow.startTelemetry({ onEvent: ({ eventType, taskId }) => eventType === 'TaskCanceled' && canceled.push(taskId) })
  const left = flow.functionTask({ name: 'left' }, async () => 1)()
  const done = flow.functionTask({ name: 'done' }, async () => 'completed')()
  await backend.tell('left', 'RUNNING')
  await backend.tell('done', 'DONE', { returnValue: 'completed' })
  await flow.shutdown({ skipExecutionBackend: true })
  expect([left.state, await done]).toEqual(['CANCELLED', 'completed'])
  expect([backend.cancelAsked, canceled]).toEqual([['left'], [left.uid]])
})

// Mended: only where that is asked for.
test('test_signal_handler_triggers_shutdown', async () => {
  expect(await endBy('SIGINT', 'handleSignals')).toEqual({ code: 0, endedBy: null, output: 'running\nCANCELLED CANCELLED\n' })
})

// What hangs here is a backend: the engine's own work has no loop that could.
test('test_shutdown_timeout_handling', async () => {
  class HangingBackend extends HeldBackend {
    override shutdown(): Promise<void> {
      return new Promise(() => {})
    }
  }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const errors: unknown[] = []
  const backend = new HangingBackend()
  const flow = await createFlow({ backend, logger: { warn: () => {}, error: (message) => errors.push(message) } })
  const future = flow.functionTask({ name: 'task' }, async () => 1)()
  await backend.has('task')
  const stopped = flow.shutdown()
  await vi.runAllTimersAsync()
  await stopped
  expect(future.state).toBe('CANCELLED')
  expect(errors).toEqual([expect.stringContaining("backend 'held' did not shut down within")])
})

test('test_backend_shutdown_integration', async () => {
  const [ended, kept] = [new HeldBackend(), new HeldBackend()]
  const [one, two] = [await flowOver(ended), await flowOver(kept)]
  await one.shutdown({ skipExecutionBackend: false })
  await two.shutdown({ skipExecutionBackend: true })
  expect([ended.shutdowns, kept.shutdowns]).toEqual([1, 0])
})

test('test_concurrent_shutdown_calls', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const future = flow.functionTask({ name: 'task' }, async () => 1)()
  let ends = 0
  future.addDoneCallback(() => ends++)
  await backend.has('task')
  await Promise.all([flow.shutdown(), flow.shutdown(), flow.shutdown()])
  expect([future.state, ends, backend.shutdowns]).toEqual(['CANCELLED', 1, 1])
})

// Mended: the process's signals are its user's, unless the engine is told to take them; and it gives them back.
test('test_shutdown_signal_registration', async () => {
  const count = () => SIGNALS.map((signal) => process.listenerCount(signal))
  const before = count()
  const plain = await flowOver(new HeldBackend())
  expect(count()).toEqual(before)
  const flow = await createFlow({ backend: new HeldBackend(), handleSignals: true })
  expect(count()).toEqual(before.map((n) => n + 1))
  await Promise.all([plain.shutdown(), flow.shutdown()])
  expect(count()).toEqual(before)
})

// Theirs sends none. A supervisor sends SIGTERM: who asked for it ends well, who did not ends as any process does.
test('test_real_signal_handling', async () => {
  expect(await endBy('SIGTERM', 'handleSignals')).toEqual({ code: 0, endedBy: null, output: 'running\nCANCELLED CANCELLED\n' })
  expect(await endBy('SIGTERM')).toEqual({ code: null, endedBy: 'SIGTERM', output: 'running\n' })
})
