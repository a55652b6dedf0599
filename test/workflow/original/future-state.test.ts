import { expect, test } from 'vitest'
import { deferred } from '../../../src/core/deferred.js'
import { HeldBackend } from '../../fakes/held-backend.js'
import { flowOver, noopFlow } from '../flow.js'

/** A task that its backend has, and does nothing with. */
async function heldTask() {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const future = flow.functionTask({ name: 'task' }, async () => 1)()
  await backend.has('task')
  return { backend, future }
}

test('test_future_state_is_pending_on_creation', async () => {
  const flow = await noopFlow()
  expect(flow.functionTask(async () => 1)().state).toBe('PENDING')
})

test('test_future_state_transitions_to_done', async () => {
  const flow = await noopFlow()
  const future = flow.functionTask(async () => 'ok')()
  await future
  expect(future.state).toBe('DONE')
})

test('test_future_state_transitions_to_running', async () => {
  const { backend, future } = await heldTask()
  expect(future.state).toBe('PENDING')
  await backend.tell('task', 'RUNNING')
  expect(future.state).toBe('RUNNING')
})

test('test_future_state_transitions_to_failed', async () => {
  const { backend, future } = await heldTask()
  await backend.tell('task', 'RUNNING')
  await backend.tell('task', 'FAILED', { exception: new RangeError('boom'), stderr: 'boom' })
  expect(future.state).toBe('FAILED')
  expect(await future.exception()).toBeInstanceOf(RangeError)
})

test('test_future_state_transitions_to_cancelled', async () => {
  const { backend, future } = await heldTask()
  await backend.tell('task', 'RUNNING')
  await backend.tell('task', 'CANCELED')
  expect(future.state).toBe('CANCELLED')
})

test('test_block_future_state_transitions_running_then_done', async () => {
  const flow = await noopFlow()
  const started = deferred<void>()
  const release = deferred<void>()
  const block = flow.block(async () => {
    started.resolve()
    await release.promise
  })()
  await started.promise
  expect(block.state).toBe('RUNNING')
  release.resolve()
  await block
  expect(block.state).toBe('DONE')
})

test('test_block_future_state_transitions_to_failed', async () => {
  const flow = await noopFlow()
  const block = flow.block(async () => {
    throw new RangeError('block error')
  })()
  expect(await block.exception()).toBeInstanceOf(RangeError)
  expect(block.state).toBe('FAILED')
})
