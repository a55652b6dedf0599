import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { IdleWatch } from '../../src/cluster/idle-watch.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function watch(ms: number) {
  const told: string[][] = []
  const idle = new IdleWatch(ms, (workers) => told.push([...workers]))
  return { idle, told }
}

test('a worker is told of when it has been idle for so long, and again only with another', () => {
  const { idle, told } = watch(100)
  idle.note('a', false)
  vi.advanceTimersByTime(50)
  idle.note('b', false)
  vi.advanceTimersByTime(49)
  expect(told).toEqual([])
  vi.advanceTimersByTime(1)
  expect(told).toEqual([['a']])
  vi.advanceTimersByTime(50)
  expect(told).toEqual([['a'], ['a', 'b']])
  vi.advanceTimersByTime(10_000)
  expect(told).toHaveLength(2)
  expect(vi.getTimerCount()).toBe(0)
})

test('one that gets work, or is gone, is not', () => {
  const { idle, told } = watch(100)
  for (const id of ['a', 'b', 'c']) idle.note(id, false)
  vi.advanceTimersByTime(90)
  idle.note('a', true)
  idle.gone('b')
  idle.note('a', false)
  vi.advanceTimersByTime(10)
  expect(told).toEqual([['c']])
  vi.advanceTimersByTime(90)
  expect(told.at(-1)).toEqual(['c', 'a'])
})

test('stopped, it tells nothing more', () => {
  const { idle, told } = watch(100)
  idle.note('a', false)
  idle.stop()
  vi.advanceTimersByTime(200)
  expect(told).toEqual([])
})
