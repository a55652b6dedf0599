import { DependencyFailureError, type TaskFuture } from 'daskflow'
import { expect, test } from 'vitest'
import { HeldBackend } from '../../fakes/held-backend.js'
import { flowOver, localFlow } from '../flow.js'

const add = async (...values: unknown[]) => values.join()

/** The wrapper that a dependent of a failure ends with. */
async function failureOf(future: TaskFuture): Promise<DependencyFailureError> {
  const error = await future.exception()
  expect(error).toBeInstanceOf(DependencyFailureError)
  return error as DependencyFailureError
}

test('test_dependency_failure_exception_creation', async () => {
  const flow = await localFlow()
  const failing = flow.functionTask({ name: 'failing_task' }, async () => {
    throw new RangeError('Original task failure')
  })()
  const original = await failing.exception()
  expect(original).toBeInstanceOf(RangeError)
  expect(original).toHaveProperty('message', 'Original task failure')
  const failure = await failureOf(flow.functionTask({ name: 'dependent_task' }, add)(failing))
  expect(failure.message).toContain("Cannot execute 'dependent_task' due to dependency failure")
  expect(failure.failedDependencies).toContain('failing_task')
  expect(failure.rootCause).toBe(original)
})

test('test_multiple_dependency_failures', async () => {
  const flow = await localFlow()
  const one = flow.functionTask({ name: 'failing_task1' }, async () => {
    throw new RangeError('Task 1 failed')
  })()
  const two = flow.functionTask({ name: 'failing_task2' }, async () => {
    throw new TypeError('Task 2 failed')
  })()
  await Promise.all([one.exception(), two.exception()])
  const failure = await failureOf(flow.functionTask(add)(one, two))
  expect(failure.failedDependencies).toEqual(['failing_task1', 'failing_task2'])
  expect(failure.rootCause).toBe(await one.exception())
})

test('test_chain_of_dependency_failures', async () => {
  const flow = await localFlow()
  const root = flow.functionTask(async () => {
    throw new RangeError('Root failure')
  })()
  const [second, third, fourth] = ['task2', 'task3', 'task4'].map((name) => flow.functionTask({ name }, add))
  const chain = [root, second?.(root)] as TaskFuture[]
  chain.push(third?.(chain[1]) as TaskFuture)
  chain.push(fourth?.(chain[2]) as TaskFuture)
  for (const [i, future] of chain.entries()) {
    if (i > 0) expect((await failureOf(future)).rootCause).toBe(await chain[i - 1]?.exception())
  }
  expect(await root.exception()).toBeInstanceOf(RangeError)
})

test('test_partial_dependency_failure', async () => {
  const flow = await localFlow()
  const good = flow.functionTask({ name: 'successful_task' }, async () => 'Success!')()
  const bad = flow.functionTask({ name: 'failing_task' }, async () => {
    throw new RangeError('This task failed')
  })()
  expect(await good).toBe('Success!')
  expect(await bad.exception()).toBeInstanceOf(RangeError)
  const failure = await failureOf(flow.functionTask(add)(good, bad))
  expect(failure.failedDependencies).toEqual(['failing_task'])
})

test('test_block_dependency_failure', async () => {
  const flow = await localFlow()
  const failing = flow.functionTask(async () => {
    throw new RangeError('Task failure')
  })()
  const failure = await failureOf(flow.block(add)(failing))
  expect(failure.rootCause).toBe(await failing.exception())
  expect(failure.rootCause).toHaveProperty('message', 'Task failure')
})

test('test_async_dependency_failure_propagation', async () => {
  const flow = await localFlow()
  const failing = flow.functionTask(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    throw new RangeError('Async task failed')
  })()
  let ran = false
  const dependent = flow.functionTask(async (_: unknown) => {
    ran = true
  })(failing)
  const { rootCause } = await failureOf(dependent)
  expect(rootCause).toBeInstanceOf(RangeError)
  expect(rootCause).toHaveProperty('message', 'Async task failed')
  expect(ran).toBe(false)
})

// Theirs calls `handle_task_failure`: what a backend says it failed with is what the future fails with, itself.
test('test_handle_task_failure_with_dependency_failure', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const future = flow.functionTask({ name: 'test_task' }, async () => 1)()
  const exception = new DependencyFailureError('Test dependency failure', {
    failedDependencies: ['dep1', 'dep2'],
    cause: new RangeError('Root cause'),
  })
  await backend.tell('test_task', 'FAILED', { exception })
  expect([future.state, await future.exception()]).toEqual(['FAILED', exception])
  expect(await future.exception()).toBe(exception)
})

test('test_exception_chaining_in_dependency_failure', async () => {
  const flow = await localFlow()
  const failing = flow.functionTask(async () => {
    throw new RangeError('Original error')
  })()
  const { cause } = await failureOf(flow.functionTask(add)(failing))
  expect(cause).toBeInstanceOf(RangeError)
  expect(cause).toHaveProperty('message', 'Original error')
})

test('test_dependency_failure_string_representation', () => {
  const failure = new DependencyFailureError('Cannot execute task', {
    failedDependencies: ['task1', 'task2'],
    cause: new RangeError('Root error'),
  })
  expect(String(failure)).toContain('Cannot execute task')
  expect(failure.failedDependencies).toEqual(['task1', 'task2'])
  expect(String(failure.rootCause)).toContain('Root error')
})
