import { expect, test } from 'vitest'
import { Claims, nextTicket } from '../../src/wire/claims.js'

/** The two ends of one memory. */
function ends() {
  const pool = Claims.forSlots(1)
  return { pool, worker: new Claims(pool.buffer) }
}

test('only the first who claims a task gets it', () => {
  const { pool, worker } = ends()
  pool.offer(1)
  pool.offer(2)
  expect([worker.claim(1), pool.claim(1)]).toEqual([true, false])
  expect([pool.claim(2), worker.claim(2)]).toEqual([true, false])
})

test('what was not offered cannot be claimed', () => expect(ends().worker.claim(1)).toBe(false))

test('a word that is used again is not taken for what it held before', () => {
  const { pool, worker } = ends()
  const later = 1 + pool.buffer.byteLength / 4
  pool.offer(1)
  expect(pool.claim(1)).toBe(true)
  pool.offer(later)
  expect(worker.claim(1)).toBe(false)
  expect(worker.claim(later)).toBe(true)
})

test('there are words for all that a worker may hold', () => {
  const pool = Claims.forSlots(5_000)
  for (let ticket = 1; ticket <= 5_000; ticket++) pool.offer(ticket)
  expect(pool.claim(1)).toBe(true)
})

test('what was claimed runs until it is finished', () => {
  const { pool, worker } = ends()
  pool.offer(1)
  expect(pool.isRunning(1)).toBe(false)
  worker.claim(1)
  expect(pool.isRunning(1)).toBe(true)
  worker.finish(1)
  expect(pool.isRunning(1)).toBe(false)
})

test('tickets are never 0, and always a small integer', () => {
  expect(nextTicket(0)).toBe(1)
  expect(nextTicket(2 ** 30)).toBe(1)
})
