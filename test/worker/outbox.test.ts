import { afterEach, expect, test, vi } from 'vitest'
import { EVENTS_AT, Event, type EventsMessage } from '../../src/wire/protocol.js'
import { type Measured, Outbox } from '../../src/worker/outbox.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** An outbox, and the events of each message that it posts. */
function start() {
  const messages: unknown[][] = []
  return { outbox: new Outbox((message) => messages.push((message as EventsMessage).slice(EVENTS_AT))), messages }
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

/** The timings that each of these many messages told, of a function whose calls take `ms`. */
function timingsOf(calls: number, ms: number): unknown[] {
  const told: unknown[] = []
  const outbox = new Outbox((message) => told.push((message as EventsMessage)[1]))
  const fn: Measured = { id: 7, told: false, calls: 0, ms: 0 }
  for (let i = 0; i < calls; i++) {
    outbox.done(i, undefined)
    outbox.measured(fn, ms)
    outbox.flush()
  }
  return told
}

test('what the first call of a function took is told at once, what short ones take every eighth time', () => {
  const told = timingsOf(10, 0.125)
  expect(told[0]).toEqual([7, 1, 0.125])
  expect(told.slice(1, 8)).toEqual(Array.from({ length: 7 }, () => undefined))
  expect(told[8]).toEqual([7, 8, 1])
  expect(told[9]).toBeUndefined()
})

test('what a long call took is told at once', () => {
  expect(timingsOf(3, 2)).toEqual([
    [7, 1, 2],
    [7, 1, 2],
    [7, 1, 2],
  ])
})

test('what was measured is not lost with a message that cannot be posted', () => {
  const posted: EventsMessage[] = []
  let broken = true
  const outbox = new Outbox((message) => {
    if (broken && (message as EventsMessage)[EVENTS_AT] === Event.Done) throw new DOMException('no', 'DataCloneError')
    posted.push(message as EventsMessage)
  })
  outbox.measured({ id: 7, told: false, calls: 0, ms: 0 }, 2)
  outbox.done(1, new Uint8Array(1))
  broken = false
  outbox.flush()
  expect(posted.map(([, timings]) => timings)).toEqual([[7, 1, 2]])
})
