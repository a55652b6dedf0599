import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConcurrentExecutionBackend, NoopExecutionBackend } from 'daskflow'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFlow, noopFlow } from '../flow.js'

let workDir: string

beforeEach(() => {
  workDir = mkdtempSync(join(tmpdir(), 'daskflow-capture-'))
})

afterEach(() => rmSync(workDir, { recursive: true }))

test('test_capture_stdio_stored_in_comp_desc', async () => {
  const flow = await noopFlow()
  const future = flow.executableTask({ captureStdio: true }, async () => 'echo hello')()
  await future
  expect(future.task.captureStdio).toBe(true)
})

// What nobody said is absent from the record here.
test('test_capture_stdio_default_false', async () => {
  const flow = await noopFlow()
  const future = flow.executableTask(async () => 'echo hello')()
  await future
  expect(future.task.captureStdio ?? false).toBe(false)
})

test('test_capture_stdio_on_function_task_stored_false', async () => {
  const flow = await createFlow({ backend: new ConcurrentExecutionBackend(), uid: 'wf', workDir })
  const future = flow.functionTask({ captureStdio: true }, async () => 42)()
  expect(await future).toBe(42)
  expect(future.task.captureStdio).toBe(true)
  expect(existsSync(join(workDir, 'wf', 'task.000001.stdout'))).toBe(false)
})

test('test_capture_stdio_not_in_task_backend_specific_kwargs', async () => {
  const flow = await noopFlow()
  const future = flow.executableTask({ captureStdio: true, taskDescription: { shell: true } }, async () => 'echo hello')()
  await future
  expect(future.task.captureStdio).toBe(true)
  expect(future.task.taskBackendSpecificKwargs).toEqual({ shell: true })
})

// Mended: the folder is made when something is written there.
test('test_workflow_engine_sets_backend_work_dir', async () => {
  const backend = new NoopExecutionBackend()
  await createFlow({ backend, uid: 'wf-test', workDir })
  expect(backend.session.path).toBe(join(workDir, 'wf-test'))
  expect(existsSync(backend.session.path)).toBe(false)
})

test('test_capture_stdio_writes_files_concurrent_backend', async () => {
  const flow = await createFlow({ backend: new ConcurrentExecutionBackend(), uid: 'test-wf', workDir })
  const hello = flow.executableTask({ captureStdio: true }, async () => "/bin/sh -c 'echo hello; echo oops >&2'")
  const future = hello()
  expect(await future).toBe(join(workDir, 'test-wf', 'task.000001.stdout'))
  expect(future.task.stderr).toBe(join(workDir, 'test-wf', 'task.000001.stderr'))
  expect(readFileSync(await future, 'utf8')).toBe('hello\n')
  expect(readFileSync(String(future.task.stderr), 'utf8')).toBe('oops\n')
})

test('test_capture_stdio_false_resolves_to_string', async () => {
  const flow = await createFlow({ backend: new ConcurrentExecutionBackend(), workDir })
  expect(await flow.executableTask(async () => '/bin/echo world')()).toBe('world\n')
})
