import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BusyWatch } from '../../src/cluster/busy-watch.js'

const TICK_MS = 20

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A watch, and what it tells. */
function setUp() {
  const told: [worker: string, silent: boolean][] = []
  return { watch: new BusyWatch((worker, silent) => told.push([worker, silent])), told }
}

test('a busy worker that says nothing between two ticks is silent', () => {
  const { watch, told } = setUp()
  watch.note('w', true)
  vi.advanceTimersByTime(TICK_MS * 2)
  expect(told).toEqual([
    ['w', false],
    ['w', true],
  ])
})

test('one that was heard meanwhile is not', () => {
  const { watch, told } = setUp()
  watch.note('w', true)
  vi.advanceTimersByTime(TICK_MS)
  watch.heard('w')
  vi.advanceTimersByTime(TICK_MS)
  expect(told).toEqual([
    ['w', false],
    ['w', false],
  ])
})

test('one that was idle has a whole tick again', () => {
  const { watch, told } = setUp()
  watch.note('other', true)
  watch.note('w', true)
  vi.advanceTimersByTime(TICK_MS)
  watch.note('w', false)
  watch.note('w', true)
  vi.advanceTimersByTime(TICK_MS)
  expect(told.filter(([worker]) => worker === 'w')).toEqual([
    ['w', false],
    ['w', false],
  ])
})

test('where none is busy no timer is left', () => {
  const { watch, told } = setUp()
  for (const worker of ['idle', 'gone']) watch.note(worker, true)
  watch.note('idle', false)
  watch.note('gone', false)
  watch.gone('gone')
  vi.advanceTimersByTime(TICK_MS)
  expect(told).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})
