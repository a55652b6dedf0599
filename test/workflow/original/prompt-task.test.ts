import { NoopExecutionBackend, type TaskFuture, ValueError } from 'daskflow'
import { expect, test } from 'vitest'
import { errorOf } from '../../conformance/recorder.js'
import { HeldBackend } from '../../fakes/held-backend.js'
import { flowOver, noopFlow } from '../flow.js'

/** What a prompt task fails with whose body answers that. */
async function failureOf(answer: unknown): Promise<Error> {
  const flow = await noopFlow()
  return errorOf(
    flow
      .promptTask({ name: 'bad_prompt' }, (async () => answer) as never)()
      .result(),
  )
}

test('test_prompt_task_decorator_exists', async () => {
  const flow = await noopFlow()
  expect(typeof flow.promptTask).toBe('function')
})

test('test_prompt_task_registers_correctly', async () => {
  const flow = await noopFlow()
  const ask = flow.promptTask({ name: 'ask' }, async (question: string) => `Answer: ${question}`)
  const { task } = await ended(ask('What is 2+2?'))
  expect([task.name, task.prompt, task.function, task.executable]).toEqual(['ask', 'Answer: What is 2+2?', undefined, undefined])
})

test('test_prompt_task_invalid_return_raises', async () => {
  const error = await failureOf(null)
  expect(error).toBeInstanceOf(ValueError)
  expect(error.message).toBe("Prompt task 'bad_prompt' must return a non-empty string prompt")
})

test('test_prompt_task_empty_string_raises', async () => {
  const error = await failureOf('')
  expect(error).toBeInstanceOf(ValueError)
  expect(error.message).toBe("Prompt task 'bad_prompt' must return a non-empty string prompt")
})

test('test_prompt_task_result_via_noop', async () => {
  const flow = await noopFlow()
  const summarize = flow.promptTask(async (text: string) => `Summarize: ${text}`)
  expect(await summarize('hello world')).toBe('Dummy Prompt Output')
})

test('test_single_backend_registered_by_default', async () => {
  const backend = new NoopExecutionBackend({ name: 'primary' })
  const flow = await flowOver(backend)
  expect(flow.backend).toBe(backend)
  expect(await flow.functionTask({ backend: 'primary' }, async () => 1)()).toBe('Dummy Output')
})

test('test_multi_backend_list_registers_all', async () => {
  const [compute, ai] = [new HeldBackend('compute'), new HeldBackend('ai')]
  const flow = await flowOver(compute, ai)
  for (const backend of [undefined, 'compute', 'ai']) {
    flow.functionTask({ name: `for ${backend ?? 'the first'}`, backend }, async () => 1)()
  }
  await Promise.all([compute.has('for compute'), ai.has('for ai')])
  expect([compute.batches, ai.batches]).toEqual([[['for the first', 'for compute']], [['for ai']]])
})

test('test_backend_property_returns_default', async () => {
  const [alpha, beta] = [new NoopExecutionBackend({ name: 'alpha' }), new NoopExecutionBackend({ name: 'beta' })]
  const flow = await flowOver(alpha, beta)
  expect(flow.backend).toBe(alpha)
})

test('test_all_backends_receive_callback', async () => {
  const [compute, ai] = [new HeldBackend('compute'), new HeldBackend('ai')]
  const flow = await flowOver(compute, ai)
  const futures = ['compute', 'ai'].map((name) => flow.functionTask({ name, backend: name }, async () => name)())
  for (const backend of [compute, ai]) await backend.tell(backend.name, 'RUNNING')
  expect(futures.map(({ state }) => state)).toEqual(['RUNNING', 'RUNNING'])
})

test('test_target_backend_stored_in_comp_desc', async () => {
  const flow = await flowOver(new NoopExecutionBackend({ name: 'compute' }), new NoopExecutionBackend({ name: 'ai' }))
  const { task } = await ended(flow.functionTask({ backend: 'compute' }, async () => 42)())
  expect(task.targetBackend).toBe('compute')
})

// Absent from the record here.
test('test_no_target_backend_is_none', async () => {
  const flow = await noopFlow()
  const { task } = await ended(flow.functionTask(async () => 'ok')())
  expect(task.targetBackend).toBeUndefined()
})

test('test_routed_task_resolves_on_correct_backend', async () => {
  const [compute, ai] = [new HeldBackend('compute'), new HeldBackend('ai')]
  const flow = await flowOver(compute, ai)
  const ask = flow.promptTask({ name: 'ask', backend: 'ai' }, async (question: string) => `Q: ${question}`)
  const future = ask('hello?')
  await ai.tell('ask', 'DONE', { stdout: 'A: hello!' })
  expect(await future).toBe('A: hello!')
  expect(compute.batches).toEqual([])
})

// Mended: the task fails alone. Theirs took the engine with it.
test('test_unregistered_backend_name_fails_task', async () => {
  const flow = await noopFlow()
  const future = flow.functionTask({ backend: 'nonexistent' }, async () => 'oops')()
  expect(await errorOf(future.result())).toBeInstanceOf(ValueError)
  expect([future.done(), future.state]).toEqual([true, 'FAILED'])
  expect(await flow.functionTask(async () => 'ok')()).toBe('Dummy Output')
})

async function ended<T>(future: TaskFuture<T>): Promise<{ readonly task: TaskFuture<T>['task'] }> {
  await future
  return { task: future.task }
}
