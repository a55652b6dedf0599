import { afterEach, expect, test, vi } from 'vitest'
import { EVENTS_AT, Event, type Events } from '../../src/wire/protocol.js'
import { Outbox } from '../../src/worker/outbox.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** An outbox, and the events of each message that it posts. */
function start() {
  const messages: Events[] = []
  return { outbox: new Outbox((message) => messages.push((message as Events).slice(EVENTS_AT))), messages }
}

test('bytes travel in one message, other large values are announced by another', () => {
  const { outbox, messages } = start()
  const bytes = new Uint8Array(8)
  outbox.done(1, bytes)
  expect(messages).toEqual([[Event.Done, 1, bytes]])
  const map = new Map([[1, 2]])
  outbox.done(2, map)
  expect(messages.slice(1)).toEqual([
    [Event.Alone, 2, Event.Done],
    [Event.Done, 2, map],
  ])
})

test('the first report of a worker that has hardly begun is sent at once: its task may never yield', () => {
  vi.spyOn(performance, 'now').mockReturnValue(1)
  const { outbox, messages } = start()
  outbox.progress(1, 'looping')
  expect(messages).toEqual([[Event.Progress, 1, 'looping']])
})
