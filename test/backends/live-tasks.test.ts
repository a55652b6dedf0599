import { expect, test } from 'vitest'
import { type LiveTask, LiveTasks } from '../../src/backends/live-tasks.js'

const COUNT = 5_000

/** So many that ended ones stay for a while. `step`: 1 for uids in order. */
function many(step = 1) {
  const live = new LiveTasks()
  const uids = Array.from({ length: COUNT }, (_, i) => `${(i * step) % COUNT}`)
  return { live, tasks: uids.map((uid) => live.add(uid, { uid }) as LiveTask) }
}

test('what has ended is not live, however many are', () => {
  const { live, tasks } = many()
  for (const task of tasks.slice(0, 10)) live.end(task)
  expect(live.size).toBe(COUNT - 10)
  expect([live.has('9'), live.has('10')]).toEqual([false, true])
  expect(live.task('9')).toBeUndefined()
  expect([...live].length).toBe(COUNT - 10)
  expect(live.tasks().length).toBe(COUNT - 10)
})

test('it holds nothing of what has ended', () => {
  const { live, tasks } = many()
  const [task] = tasks as [LiveTask]
  const { record } = task
  expect(live.end(task)).toBe(record)
  expect([task.record === record, task.handle]).toEqual([false, undefined])
})

test('a task ends once', () => {
  const { live, tasks } = many()
  const [task] = tasks as [LiveTask]
  live.end(task)
  expect(live.end(task)).toBeUndefined()
  expect(live.size).toBe(COUNT - 1)
})

test('a uid is free again when its task has ended, and taken once', () => {
  const { live, tasks } = many()
  live.end(tasks[7] as LiveTask)
  const again = live.add('7', { uid: '7' }) as LiveTask
  expect(live.task('7')).toBe(again)
  expect(live.add('7', { uid: '7' })).toBeUndefined()
  expect(live.size).toBe(COUNT)
  live.end(again)
  expect(live.size).toBe(COUNT - 1)
})

test('a uid is taken once, in whatever order they come', () => {
  const live = new LiveTasks()
  const [b, a, c] = ['b', 'a', 'c'].map((uid) => live.add(uid, { uid }))
  expect(['a', 'b', 'c'].map((uid) => live.add(uid, { uid }))).toEqual([undefined, undefined, undefined])
  for (const task of [b, c]) live.end(task as LiveTask)
  // Now any may come first in order, but not one that is live.
  expect(live.add('a', { uid: 'a' })).toBeUndefined()
  expect(live.tasks()).toEqual([a])
})

test.each([1, 1_999])('whatever ends in whatever order, those that are left are known (uids by %d)', (step) => {
  const { live, tasks } = many(step)
  const left = new Set(tasks)
  // 1,777 and 5,000 have no common divisor: each once.
  for (let i = 0; i < COUNT - 3; i++) {
    const task = tasks[(i * 1_777) % COUNT] as LiveTask
    live.end(task)
    left.delete(task)
    if (i % 500 !== 0) continue
    expect(live.size).toBe(left.size)
    expect(tasks.every((task) => live.has(task.uid) === left.has(task))).toBe(true)
  }
  expect(live.tasks()).toEqual([...left])
})
