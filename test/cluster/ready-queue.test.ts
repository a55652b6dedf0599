import { expect, test } from 'vitest'
import { ReadyQueue } from '../../src/cluster/ready-queue.js'
import { ScheduledTask } from '../../src/cluster/scheduled-task.js'
import type { TaskSink } from '../../src/core/cluster.js'

const task = (id: number, priority = 0) => {
  const spec = { uid: `${id}`, name: '', function: '', args: [], priority, owner: undefined }
  const made = new ScheduledTask(id, spec, {} as TaskSink, { meanMs: undefined })
  made.phase = 'ready'
  return made
}

function drain(queue: ReadyQueue): number[] {
  const ids: number[] = []
  for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
    ids.push(next.id)
    queue.shift()
  }
  return ids
}

test('in order of priority, then of arrival', () => {
  const queue = new ReadyQueue()
  for (const [id, priority] of [
    [0, 0],
    [1, 5],
    [2, -1],
    [3, 5],
    [4, 0],
  ] as const)
    queue.push(task(id, priority))
  expect(drain(queue)).toEqual([1, 3, 0, 4, 2])
})

test('what comes back goes to the front of its priority', () => {
  const queue = new ReadyQueue()
  queue.push(task(0))
  queue.unshift(task(1))
  queue.push(task(2, 1))
  queue.unshift(task(3, 1))
  expect(drain(queue)).toEqual([3, 2, 1, 0])
})

test('what is no longer ready is left out', () => {
  const queue = new ReadyQueue()
  const tasks = [0, 1, 2, 3].map((id) => task(id))
  for (const each of tasks) queue.push(each)
  for (const id of [0, 2]) (tasks[id] as ScheduledTask).phase = 'canceled'
  expect(queue.tasks().map(({ id }) => id)).toEqual([1, 3])
  expect(drain(queue)).toEqual([1, 3])
})

test('order holds while it moves its head, over thousands', () => {
  const queue = new ReadyQueue()
  const ids: number[] = []
  for (let id = 0; id < 5_000; id++) {
    queue.push(task(id))
    if (id % 3 > 0) {
      ids.push(queue.peek()?.id as number)
      queue.shift()
    }
  }
  expect([...ids, ...drain(queue)]).toEqual(Array.from({ length: 5_000 }, (_, id) => id))
})

test('as many priorities as tasks', () => {
  const queue = new ReadyQueue()
  const priorities = Array.from({ length: 2_000 }, (_, i) => (i * 7_919) % 2_000)
  for (const [id, priority] of priorities.entries()) queue.push(task(id, priority))
  const expected = [...priorities.entries()].sort(([, a], [, b]) => b - a).map(([id]) => id)
  expect(drain(queue)).toEqual(expected)
})
