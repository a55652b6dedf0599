import { ValueError } from 'daskflow'
import { expect, test } from 'vitest'
import { errorOf } from '../../conformance/recorder.js'
import { noopFlow } from '../flow.js'

/** What a backend is given for a command line. */
async function partsOf(line: string) {
  const flow = await noopFlow()
  const future = flow.executableTask(async () => line)()
  await future
  const { executable, arguments: args } = future.task
  return { executable, args, hasFunction: 'function' in future.task }
}

/** What a task fails with whose body answers that. */
async function failureOf(answer: unknown): Promise<Error> {
  const flow = await noopFlow()
  return errorOf(
    flow
      .executableTask({ name: 't' }, (async () => answer) as never)()
      .result(),
  )
}

test('test_executable_task_simple_split', async () => {
  expect(await partsOf('echo hello')).toEqual({ executable: 'echo', args: ['hello'], hasFunction: false })
})

test('test_executable_task_no_arguments', async () => {
  expect(await partsOf('ls')).toMatchObject({ executable: 'ls', args: [] })
})

test('test_executable_task_multiple_arguments', async () => {
  expect(await partsOf('echo hello world')).toMatchObject({ executable: 'echo', args: ['hello', 'world'] })
})

test('test_executable_task_quoted_argument', async () => {
  expect(await partsOf('echo "hello world"')).toMatchObject({ executable: 'echo', args: ['hello world'] })
})

test('test_executable_task_path_with_spaces', async () => {
  expect(await partsOf('"/usr/my tool" --verbose')).toMatchObject({ executable: '/usr/my tool', args: ['--verbose'] })
})

const message = "Executable task 't' must return a non-empty command string"

test('test_executable_task_none_return_raises', async () => {
  const error = await failureOf(null)
  expect(error).toBeInstanceOf(ValueError)
  expect(error.message).toBe(message)
})

test('test_executable_task_empty_string_raises', async () => {
  const error = await failureOf('')
  expect(error).toBeInstanceOf(ValueError)
  expect(error.message).toBe(message)
})

test('test_executable_task_whitespace_only_raises', async () => {
  const error = await failureOf('   ')
  expect(error).toBeInstanceOf(ValueError)
  expect(error.message).toBe(message)
})
