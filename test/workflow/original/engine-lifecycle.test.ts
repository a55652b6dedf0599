import type { TelemetryEvent } from 'daskflow'
import { expect, test } from 'vitest'
import { HeldBackend } from '../../fakes/held-backend.js'
import { createFlow, flowOver } from '../flow.js'

// Theirs wants a set, so that any task leaves it as easily. Ours: they end in any order, and the rest is what is cancelled.
test('test_running_is_a_set', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const names = ['a', 'b', 'c', 'd']
  const futures = names.map((name) => flow.functionTask({ name }, async () => name)())
  await backend.tell('c', 'DONE')
  await backend.tell('a', 'DONE')
  await flow.shutdown({ skipExecutionBackend: true })
  expect(backend.cancelAsked).toEqual(['b', 'd'])
  expect(futures.map(({ state }) => state)).toEqual(['DONE', 'CANCELLED', 'DONE', 'CANCELLED'])
})

// `running` is empty after a task: a shutdown cancels nothing.
test('test_running_membership_and_cleanup', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const future = flow.functionTask({ name: 'task' }, async () => 1)()
  await backend.tell('task', 'RUNNING')
  expect(future.state).toBe('RUNNING')
  await backend.tell('task', 'DONE', { returnValue: 1 })
  await flow.shutdown({ skipExecutionBackend: true })
  expect([backend.cancelAsked, future.state]).toEqual([[], 'DONE'])
})

// `resolved` and `running` are empty after a shutdown: what is told late changes nothing, and the next engine begins anew.
test('test_clear_internal_records_resets_resolved_and_running', async () => {
  const backend = new HeldBackend()
  const first = await flowOver(backend)
  const work = first.functionTask({ name: 'work' }, async () => 42)()
  await backend.tell('work', 'DONE', { returnValue: 42 })
  await first.shutdown({ skipExecutionBackend: true })
  await backend.tell('work', 'FAILED', { exception: new Error('late') })
  expect([work.state, await work]).toEqual(['DONE', 42])
  const second = await flowOver(backend)
  const next = second.functionTask({ name: 'next' }, async () => 1)()
  expect(next.uid).toBe('task.000001')
  await backend.tell('next', 'DONE', { returnValue: 1 })
  expect(await next).toBe(1)
})

// The times of tasks: each is measured once, and none after the shutdown.
test('test_clear_internal_records_resets_timing_dicts', async () => {
  const backend = new HeldBackend('held', { cancels: false })
  const flow = await createFlow({ backend })
  const events: TelemetryEvent[] = []
  const telemetry = await flow.startTelemetry({ onEvent: (event) => events.push(event) })
  const futures = ['a', 'b'].map((name) => flow.functionTask({ name }, async () => name)())
  await backend.tell('a', 'RUNNING')
  await backend.tell('a', 'DONE')
  await backend.tell('a', 'DONE')
  await futures[0]
  expect(telemetry.summary().durationSeconds.count).toBe(1)
  await flow.shutdown()
  const told = events.length
  await backend.tell('b', 'DONE')
  expect([telemetry.summary().durationSeconds.count, events.length]).toEqual([1, told])
})
