import { expect, test } from 'vitest'
import { errorOf } from '../../conformance/recorder.js'
import { localFlow } from '../flow.js'

test('test_task_failure_handling', async () => {
  const flow = await localFlow()
  const good = flow.functionTask(async () => 'success')
  const failing = flow.functionTask(async () => {
    throw new RangeError('Simulated failure')
  })
  expect(await good()).toBe('success')
  const error = await errorOf(failing().result())
  expect(error).toBeInstanceOf(RangeError)
  expect(error.message).toBe('Simulated failure')
})

test('test_awaiting_failed_task_propagates_exception', async () => {
  const flow = await localFlow()
  const task1 = flow.functionTask(async (): Promise<string> => {
    throw new RangeError('Intentional failure in task1')
  })
  let ran = false
  const task2 = flow.functionTask(async (x: string) => {
    ran = true
    return `Received: ${x}`
  })
  const workflow = async () => task2(await task1())
  expect((await errorOf(workflow())).message).toBe('Intentional failure in task1')
  expect(ran).toBe(false)
})

test('test_independent_workflow_failures_do_not_affect_others', async () => {
  const flow = await localFlow()
  const task1 = flow.functionTask(async (id: number) => {
    if (id === 0) throw new RangeError('Intentional failure in workflow 0 task1')
    return `task1 success from wf ${id}`
  })
  const task2 = flow.functionTask(async (x: string) => `task2 got: ${x}`)
  const run = async (id: number) => {
    try {
      return `Workflow ${id} success: ${await task2(await task1(id))}`
    } catch (error) {
      return `Workflow ${id} failed: ${(error as Error).message}`
    }
  }
  expect(await Promise.all([0, 1, 2, 3, 4].map(run))).toEqual([
    'Workflow 0 failed: Intentional failure in workflow 0 task1',
    ...[1, 2, 3, 4].map((id) => `Workflow ${id} success: task2 got: task1 success from wf ${id}`),
  ])
})
