import { expect, test } from 'vitest'
import { SILENCE_MS, Silence } from '../../src/dask/comm/silence.js'

test('a scheduler is taken for gone when nothing was heard of it for all of the time', () => {
  let now = 0
  const silence = new Silence(() => now)
  now = SILENCE_MS - 1
  expect(silence.isTooLong).toBe(false)
  silence.broken()
  now += SILENCE_MS - 1
  expect(silence.isTooLong).toBe(false)
  now += 1
  expect(silence.isTooLong).toBe(true)
})
