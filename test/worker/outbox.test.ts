import { afterEach, expect, test, vi } from 'vitest'
import { Message } from '../../src/wire/protocol.js'
import { Outbox } from '../../src/worker/outbox.js'

afterEach(() => {
  vi.restoreAllMocks()
})

test('the first report of a worker that has hardly begun is sent at once: its task may never yield', () => {
  vi.spyOn(performance, 'now').mockReturnValue(1)
  const kinds: unknown[] = []
  const outbox = new Outbox((message) => kinds.push((message as unknown[])[0]))
  outbox.progress(1, 'looping')
  expect(kinds).toEqual([Message.Events])
})
