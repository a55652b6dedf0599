import { expect, test } from 'vitest'
import { type LiveTask, LiveTasks } from '../../src/backends/live-tasks.js'

const COUNT = 5_000

/** So many that ended ones stay for a while. */
function many() {
  const live = new LiveTasks()
  const tasks = Array.from({ length: COUNT }, (_, i) => live.add(`${i}`, { uid: `${i}` }) as LiveTask)
  return { live, tasks }
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
  live.end(tasks[0] as LiveTask)
  expect(live.end(tasks[0] as LiveTask)).toBeUndefined()
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

test('whatever ends in whatever order, those that are left are known', () => {
  const { live, tasks } = many()
  const left = new Set(tasks.map(({ uid }) => uid))
  // 1,999 and 5,000 have no common divisor: each once.
  for (let i = 0; i < COUNT - 3; i++) {
    const task = tasks[(i * 1_999) % COUNT] as LiveTask
    live.end(task)
    left.delete(task.uid)
    if (i % 500 === 0) expect(live.size).toBe(left.size)
  }
  expect(live.tasks().map(({ uid }) => uid)).toEqual([...left])
})
