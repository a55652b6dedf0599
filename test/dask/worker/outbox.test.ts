import { expect, test } from 'vitest'
import type { TaskEvent } from '../../../src/dask/task-events.js'
import { Outbox } from '../../../src/dask/worker/outbox.js'
import type { Session } from '../../../src/dask/worker/session.js'

function setUp() {
  const sent: object[] = []
  const outbox = new Outbox({ send: (...messages: object[]) => sent.push(...messages) } as unknown as Session)
  return { outbox, sent }
}

const event = (key: string, what: TaskEvent['what']): TaskEvent => ({ key, what, payload: null })
const event1 = { op: 'log-event', topic: 'one', msg: { topic: 'one', tasks: ['a', 'running', null, 'b', 'progress', null] } }
const event2 = { op: 'log-event', topic: 'two', msg: { topic: 'two', tasks: ['c', 'running', null] } }

test('what is told in one turn goes as one message for each topic, before what became of the tasks', async () => {
  const { outbox, sent } = setUp()
  outbox.tell('one', event('a', 'running'))
  outbox.finish('d', { op: 'task-finished', key: 'd' })
  outbox.tell('two', event('c', 'running'))
  outbox.tell('one', event('b', 'progress'))
  outbox.fail({ op: 'task-erred', key: 'a' })
  expect(sent).toEqual([])
  await Promise.resolve()
  expect(sent).toEqual([event1, event2, { op: 'task-finished', key: 'd' }, { op: 'task-erred', key: 'a' }])
})

test('of a task that has finished nobody is told that it runs', async () => {
  const { outbox, sent } = setUp()
  outbox.tell('one', event('a', 'running'))
  outbox.tell('one', event('a', 'progress'))
  outbox.tell('two', event('b', 'running'))
  outbox.finish('a', { op: 'task-finished', key: 'a' })
  outbox.finish('b', { op: 'task-finished', key: 'b' })
  await Promise.resolve()
  const progress = { op: 'log-event', topic: 'one', msg: { topic: 'one', tasks: ['a', 'progress', null] } }
  expect(sent).toEqual([progress, { op: 'task-finished', key: 'a' }, { op: 'task-finished', key: 'b' }])
})

test('nobody is told of what has no topic', async () => {
  const { outbox, sent } = setUp()
  outbox.tell(undefined, event('a', 'running'))
  await Promise.resolve()
  expect(sent).toEqual([])
})
