import type { TaskFuture } from 'daskflow'
import { expect, test } from 'vitest'
import { noopFlow } from '../flow.js'

test('test_register_function_task', async () => {
  const flow = await noopFlow()
  const dummy_task = async (x: number) => x + 1
  const future = flow.functionTask(dummy_task)(1)
  await future
  const { name, function: fn, executable } = future.task
  expect([name, fn, executable]).toEqual(['dummy_task', dummy_task, undefined])
})

test('test_handle_flow_component_registration_registers_function', async () => {
  const flow = await noopFlow()
  const test_func = async (x: number) => x
  const task = flow.functionTask(test_func)
  expect([typeof task, task.name]).toEqual(['function', 'test_func'])
})

// Theirs calls `_register_component` and looks into `components`.
test('test_register_component_adds_task_entry', async () => {
  const flow = await noopFlow()
  expect(flow.functionTask(async () => 'yo')().uid).toBe('task.000001')
})

// The same: a block is there before what it calls.
test('test_register_component_adds_block_entry', async () => {
  const flow = await noopFlow()
  const created: (string | undefined)[] = []
  await flow.startTelemetry({
    onEvent: ({ eventType, taskId }) => eventType === 'TaskCreated' && created.push(taskId),
  })
  const task = flow.functionTask(async () => 'value')
  let member: TaskFuture<string> | undefined
  const block = flow.block(async () => {
    member = task()
    return member
  })()
  expect(created).toEqual(['block.000001'])
  await block
  expect(created).toEqual(['block.000001', 'task.000002'])
  expect(member?.uid).toBe('task.000002')
})

// What is a default argument there is said where the task is defined here.
test('test_dynamic_task_backend_specific_kwargs', async () => {
  const flow = await noopFlow()
  const task = flow.functionTask({ taskDescription: { ranks: 8 } }, async () => 'value')
  const future = task.with({ taskDescription: { gpusPerRank: 2 } })()
  await future
  expect(future.task.taskBackendSpecificKwargs).toEqual({ ranks: 8, gpusPerRank: 2 })
})
