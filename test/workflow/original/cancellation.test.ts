import { type BlockScope, TaskCanceledError } from 'daskflow'
import { expect, test } from 'vitest'
import { deferred } from '../../../src/core/deferred.js'
import { errorOf } from '../../conformance/recorder.js'
import { HeldBackend } from '../../fakes/held-backend.js'
import { flowOver, noopFlow } from '../flow.js'

/** A task that waits for one that does not end. */
async function pending() {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const first = flow.functionTask({ name: 'first' }, async () => 1)
  const second = flow.functionTask({ name: 'second' }, async (n: number) => n)
  return { backend, future: second(first()) }
}

test('test_pending_cancel_actually_cancels', async () => {
  const { backend, future } = await pending()
  expect(future.cancel()).toBe(true)
  expect([future.cancelled(), future.state]).toEqual([true, 'CANCELLED'])
  // Its backend has never heard of it.
  await backend.tell('first', 'DONE', { returnValue: 1 })
  expect([backend.batches, backend.cancelAsked]).toEqual([[['first']], []])
})

test('test_pending_cancel_forwards_msg', async () => {
  const { future } = await pending()
  future.cancel('cancel-reason')
  expect([future.cancelled(), future.state]).toEqual([true, 'CANCELLED'])
  const error = await errorOf(future.result())
  expect(error).toBeInstanceOf(TaskCanceledError)
  expect(error.message).toContain('cancel-reason')
})

// Mended: code cannot be stopped from outside. It is told by its signal, which stops what heeds it.
test('test_block_cancel_stops_execution', async () => {
  const flow = await noopFlow()
  const started = deferred<void>()
  const stopped = deferred<unknown>()
  let reachedEnd = false
  const block = flow.block(async function (this: BlockScope) {
    const aborted = new Promise((_, reject) => this.signal.addEventListener('abort', () => reject(this.signal.reason)))
    started.resolve()
    await aborted.catch((reason) => {
      stopped.resolve(reason)
      throw reason
    })
    reachedEnd = true
  })()
  await started.promise
  block.cancel('enough')
  expect(await stopped.promise).toMatchObject({ code: 'ERR_TASK_CANCELED', cause: 'enough' })
  await block.exception()
  expect([block.cancelled(), reachedEnd]).toEqual([true, false])
})

test('test_shutdown_with_running_block_does_not_crash', async () => {
  const flow = await noopFlow()
  const started = deferred<void>()
  const block = flow.block(async () => {
    started.resolve()
    await new Promise(() => {})
  })()
  await started.promise
  await flow.shutdown()
  expect([block.done(), block.cancelled()]).toEqual([true, true])
})

// Theirs calls `handle_task_cancellation` twice: a backend may tell of it twice, and a user may ask twice.
test('test_handle_task_cancellation_is_idempotent', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const future = flow.functionTask({ name: 'task' }, async () => 1)()
  let ends = 0
  future.addDoneCallback(() => ends++)
  await backend.tell('task', 'CANCELED')
  const error = await future.exception()
  await backend.tell('task', 'CANCELED')
  expect(future.cancel('again')).toBe(false)
  expect([future.state, ends, (await future.exception()) === error]).toEqual(['CANCELLED', 1, true])
  expect(backend.cancelAsked).toEqual([])
})
