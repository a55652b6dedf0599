import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Alarms } from '../../src/cluster/alarms.js'
import { HeldAlarms } from '../../src/cluster/held-alarms.js'
import { ScheduledTask } from '../../src/cluster/scheduled-task.js'
import { SchedulerWorker } from '../../src/cluster/scheduler-worker.js'
import type { TaskSink } from '../../src/core/cluster.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp() {
  const over: string[][] = []
  const worker = new SchedulerWorker('w', { slots: 2 })
  const tasks = ['a', 'b'].map((uid, id) => {
    const spec = { uid, name: '', function: '', args: [], priority: 0, owner: undefined }
    const task = new ScheduledTask(id, spec, {} as TaskSink, { meanMs: undefined })
    worker.assign(task)
    return task
  })
  const held = new HeldAlarms(new Alarms())
  const set = (...those: readonly ScheduledTask[]) =>
    held.set('w', those, 100, () => over.push(['w', ...those.map(({ uid }) => uid)]))
  return { over, worker, tasks, held, set }
}

test('what is still held when its time is over is told, once', () => {
  const { over, tasks, set } = setUp()
  set(...tasks)
  vi.advanceTimersByTime(99)
  expect(over).toEqual([])
  vi.advanceTimersByTime(10_000)
  expect(over).toEqual([['w', 'a', 'b']])
})

test('when the last of them has left its worker, nothing waits any more', () => {
  const { over, worker, tasks, held, set } = setUp()
  set(...tasks)
  worker.release(tasks[0] as ScheduledTask)
  held.check('w')
  expect(vi.getTimerCount()).toBe(1)
  worker.release(tasks[1] as ScheduledTask)
  held.check('w')
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(1_000)
  expect(over).toEqual([])
})

test('each alarm has its own time', () => {
  const { over, tasks, set } = setUp()
  set(...tasks.slice(0, 1))
  vi.advanceTimersByTime(60)
  set(...tasks.slice(1))
  vi.advanceTimersByTime(60)
  expect(over).toEqual([['w', 'a']])
  vi.advanceTimersByTime(60)
  expect(over).toEqual([
    ['w', 'a'],
    ['w', 'b'],
  ])
})
