import { describe, expect, test } from 'vitest'
import { type Assignment, WorkerTasks } from '../../src/dask/worker/worker-tasks.js'

const assignment = (key: string, priority: readonly number[] = [0], needs: readonly string[] = []): Assignment => ({
  key,
  priority,
  whoHas: Object.fromEntries(needs.map((need) => [need, ['tcp://peer:1']])),
  sizes: {},
  runId: undefined,
  resources: {},
  spec: undefined,
})

const nothing = () => false

function drain(tasks: WorkerTasks): readonly string[] {
  const keys: string[] = []
  for (let task = tasks.next(100); task !== undefined; task = tasks.next(100)) keys.push(task.key)
  return keys
}

describe('tasks of a worker', () => {
  test('run in the order of their priority, and of their arrival where that is the same', () => {
    const tasks = new WorkerTasks()
    for (const [key, priority] of Object.entries({ c: [1, 2], a: [0, 9], b: [1, 1, 5], d: [1, 2], e: [1, 2] })) {
      tasks.assign(assignment(key, priority), nothing)
    }
    expect(drain(tasks)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  test('run so many at a time', () => {
    const tasks = new WorkerTasks()
    for (const key of 'abc') tasks.assign(assignment(key), nothing)
    const [first, second] = [tasks.next(2), tasks.next(2)]
    expect([first?.key, second?.key, tasks.next(2)]).toEqual(['a', 'b', undefined])
    expect(first && tasks.ended(first)).toBe(true)
    expect(tasks.next(2)?.key).toBe('c')
  })

  test('take no more than the worker has', () => {
    const tasks = new WorkerTasks({ GPU: 1 })
    for (const key of 'ab') tasks.assign({ ...assignment(key), resources: { JS: 1, GPU: 1 } }, nothing)
    tasks.assign({ ...assignment('c'), resources: { JS: 1 } }, nothing)
    const first = tasks.next(3)
    expect([first?.key, tasks.next(3)?.key, tasks.next(3)]).toEqual(['a', 'c', undefined])
    tasks.drop('a')
    expect(tasks.next(3)?.key).toBe('b')
  })

  test('wait for the values that are not here', () => {
    const tasks = new WorkerTasks()
    expect(tasks.assign(assignment('a', [0], ['x', 'y']), (key) => key === 'x')).toEqual(['y'])
    expect([tasks.stateOf('a'), tasks.needs('x'), tasks.needs('y'), tasks.next(1)]).toEqual(['waiting', false, true, undefined])
    tasks.arrived('y')
    expect([tasks.stateOf('a'), tasks.needs('y'), tasks.next(1)?.key]).toEqual(['ready', false, 'a'])
  })

  test('that are dropped do not run, whatever arrives', () => {
    const tasks = new WorkerTasks()
    tasks.assign(assignment('a', [0], ['x']), nothing)
    tasks.assign(assignment('b'), nothing)
    tasks.drop('a')
    tasks.drop('b')
    tasks.arrived('x')
    expect([tasks.size, tasks.needs('x'), tasks.next(1)]).toEqual([0, false, undefined])
  })

  test('that are handed out again are other tasks', () => {
    const tasks = new WorkerTasks()
    tasks.assign(assignment('a'), nothing)
    const first = tasks.next(1)
    tasks.assign(assignment('a'), nothing)
    expect(first && tasks.ended(first)).toBe(false)
    expect([tasks.stateOf('a'), tasks.next(1)?.key, tasks.executing]).toEqual(['ready', 'a', 1])
  })
})
