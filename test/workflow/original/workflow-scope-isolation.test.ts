import type { TaskCall, TaskFuture, WorkflowEngine } from 'daskflow'
import { expect, test } from 'vitest'
import { HeldBackend } from '../../fakes/held-backend.js'
import { flowOver, noopFlow } from '../flow.js'

const echo = async (x: unknown) => x

/** Calls tasks in a scope, one after the other, and answers their futures. */
async function callIn(flow: WorkflowEngine, id: string, ...tasks: readonly TaskCall<[unknown], unknown>[]) {
  return flow.workflowScope(id, async () => {
    const futures: TaskFuture[] = []
    for (const task of tasks) {
      const future = task(1)
      await future
      futures.push(future)
    }
    return futures
  })
}

const idsOf = (futures: readonly TaskFuture[]) => futures.map(({ task }) => task.workflowId)

test('test_workflow_scope_does_not_leak_to_sibling_engine', async () => {
  const [one, two] = [await noopFlow(), await noopFlow()]
  const futures = await callIn(one, 'wf-A', one.functionTask(echo), two.functionTask(echo))
  expect(idsOf(futures)).toEqual(['wf-A', undefined])
})

test('test_workflow_scope_stamps_all_tasks_on_same_engine', async () => {
  const flow = await noopFlow()
  const futures = await callIn(flow, 'wf-B', flow.functionTask(echo), flow.functionTask(echo))
  expect(idsOf(futures)).toEqual(['wf-B', 'wf-B'])
})

test('test_workflow_scope_resets_after_exit', async () => {
  const flow = await noopFlow()
  const task = flow.functionTask(echo)
  const inside = await callIn(flow, 'wf-C', task)
  const outside = task(2)
  await outside
  expect(idsOf([...inside, outside])).toEqual(['wf-C', undefined])
})

// What is a keyword of the call there is `with` here.
test('test_explicit_workflow_id_is_recorded', async () => {
  const flow = await noopFlow()
  const future = flow.functionTask(echo).with({ workflowId: 'my-wf' })(1)
  expect(future.task.workflowId).toBe('my-wf')
})

test('test_explicit_workflow_id_not_passed_to_function', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  flow.functionTask({ name: 'task' }, async (..._: unknown[]) => 'ok').with({ workflowId: 'wf-invisible' })(1)
  const { args, kwargs } = await backend.has('task')
  expect([args, kwargs]).toEqual([[1], undefined])
})

test('test_explicit_workflow_id_overrides_context_var', async () => {
  const flow = await noopFlow()
  const futures = await callIn(flow, 'ctx-wf', flow.functionTask(echo).with({ workflowId: 'explicit-wf' }))
  expect(idsOf(futures)).toEqual(['explicit-wf'])
})

test('test_workflow_id_falls_back_to_context_var', async () => {
  const flow = await noopFlow()
  const futures = await callIn(flow, 'scope-wf', flow.functionTask(echo))
  expect(idsOf(futures)).toEqual(['scope-wf'])
})
