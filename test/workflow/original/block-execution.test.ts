import type { BlockScope, TaskFuture } from 'daskflow'
import { expect, test } from 'vitest'
import { deferred } from '../../../src/core/deferred.js'
import { HeldBackend } from '../../fakes/held-backend.js'
import { flowOver, localFlow, noopFlow } from '../flow.js'

// Theirs looks up `_block_asyncio_tasks`: what the engine holds of a block is what a shutdown cancels.
test('test_block_asyncio_tasks_registry_populated', async () => {
  const flow = await noopFlow()
  const release = deferred<void>()
  const started = [deferred<void>(), deferred<void>()]
  const block = flow.block(async (i: number, wait: boolean) => {
    started[i]?.resolve()
    await (wait ? new Promise(() => {}) : release.promise)
  })
  const [runs, ends] = [block(0, true), block(1, false)]
  await Promise.all(started.map(({ promise }) => promise))
  expect([runs.state, ends.state]).toEqual(['RUNNING', 'RUNNING'])
  release.resolve()
  await ends
  await flow.shutdown()
  expect([runs.state, ends.state]).toEqual(['CANCELLED', 'DONE'])
})

// The same registry, after a block: nothing is left through which it could be ended.
test('test_block_asyncio_tasks_registry_cleared_on_completion', async () => {
  const flow = await noopFlow()
  let signal: AbortSignal | undefined
  const quick = flow.block(async function (this: BlockScope) {
    signal = this.signal
    return 42
  })()
  expect(await quick).toBe(42)
  expect(quick.cancel()).toBe(false)
  await flow.shutdown()
  expect([quick.state, signal?.aborted]).toEqual(['DONE', false])
})

// `_block_members` of a block that ended: its cancel reaches nobody.
test('test_block_members_cleared_on_exception', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const inner = flow.functionTask({ name: 'inner' }, async () => 'ok')
  const left = flow.functionTask({ name: 'left' }, async () => 'ok')
  let member: TaskFuture<string> | undefined
  const block = flow.block(async () => {
    member = left()
    await inner()
    throw new RangeError('block error')
  })()
  await backend.tell('inner', 'DONE')
  const error = await block.exception()
  expect(error).toBeInstanceOf(RangeError)
  expect([block.done(), block.cancelled(), block.cancel()]).toEqual([true, false, false])
  expect(backend.cancelAsked).toEqual([])
  await backend.tell('left', 'DONE', { returnValue: 'ok' })
  expect(await member).toBe('ok')
})

// The same, of a block that is done.
test('test_block_members_cleared_on_normal_completion', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const inner = flow.functionTask({ name: 'inner' }, async () => 'ok')
  const left = flow.functionTask({ name: 'left' }, async () => 'ok')
  let member: TaskFuture<string> | undefined
  const block = flow.block(async () => {
    member = left()
    await inner()
  })()
  await backend.tell('inner', 'DONE')
  await block
  expect([block.done(), block.cancelled(), block.cancel()]).toEqual([true, false, false])
  expect(backend.cancelAsked).toEqual([])
  await backend.tell('left', 'DONE', { returnValue: 'ok' })
  expect(await member).toBe('ok')
})

// `_block_members` again: what has ended is not there to be cancelled with its block.
test('test_completed_tasks_removed_from_block_members', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const task = flow.functionTask({ name: 'quick' }, async () => 'done')
  const more = flow.functionTask({ name: 'more' }, async () => 'done')
  let quick: TaskFuture<string> | undefined
  let left: TaskFuture<string> | undefined
  const block = flow.block(async () => {
    quick = task()
    await quick
    left = more()
    await new Promise(() => {})
  })()
  await backend.tell('quick', 'DONE')
  await backend.has('more')
  block.cancel()
  await left?.exception()
  expect([quick?.state, left?.state]).toEqual(['DONE', 'CANCELLED'])
  expect(backend.cancelAsked).toEqual(['more'])
})

test('test_block_cancellation_propagates_to_member_tasks', async () => {
  const flow = await localFlow()
  const started = deferred<void>()
  const first = flow.functionTask(async (): Promise<string> => {
    started.resolve()
    return new Promise(() => {})
  })
  const second = flow.functionTask(async (_: string) => 't2')
  const third = flow.functionTask(async (_: string, __: string) => 't3')
  const members: TaskFuture[] = []
  const block = flow.block(async () => {
    const one = first()
    const two = second(one)
    const three = third(one, two)
    members.push(one, two, three)
    await three
  })()
  await started.promise
  expect(block.cancel()).toBe(true)
  expect(block.cancelled()).toBe(true)
  await Promise.all(members.map((member) => member.exception()))
  expect(members.map((member) => member.cancelled())).toEqual([true, true, true])
})

test('test_nested_block_cancellation_propagates', async () => {
  const flow = await localFlow()
  const started = deferred<void>()
  const members: TaskFuture[] = []
  const deepTask = flow.functionTask(async () => {
    started.resolve()
    await new Promise(() => {})
  })
  const innerBlock = flow.block(async () => {
    const deep = deepTask()
    members.push(deep)
    await deep
  })
  const outer = flow.block(async () => {
    const inner = innerBlock()
    members.push(inner)
    await inner
  })()
  await started.promise
  outer.cancel()
  await Promise.all(members.map((member) => member.exception()))
  expect([outer, ...members].map((future) => future.cancelled())).toEqual([true, true, true])
})
