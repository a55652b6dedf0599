import { expect, test, vi } from 'vitest'
import { type LiveTask, LiveTasks } from '../../src/backends/live-tasks.js'
import { TaskSignals } from '../../src/input/task-signals.js'

function setUp() {
  const live = new LiveTasks()
  const tasks = ['a', 'b'].map((uid) => live.add(uid, { uid }) as LiveTask)
  const aborted = vi.fn()
  const controller = new AbortController()
  const listen = vi.spyOn(controller.signal, 'addEventListener')
  return { live, tasks, aborted, controller, listen, signals: new TaskSignals(aborted) }
}

test('tells of those that have not ended', () => {
  const { live, tasks, aborted, controller, signals } = setUp()
  signals.watch(controller.signal, tasks)
  live.end(tasks[0] as LiveTask)
  controller.abort('enough')
  expect(aborted.mock.calls).toEqual([[[tasks[1]], 'enough']])
})

test('what has ended before is not watched', () => {
  const { live, tasks, aborted, controller, listen, signals } = setUp()
  for (const task of tasks) live.end(task)
  signals.watch(controller.signal, tasks)
  expect(listen).not.toHaveBeenCalled()
  expect(tasks.map(({ onEnded }) => onEnded)).toEqual([undefined, undefined])
  controller.abort()
  expect(aborted).not.toHaveBeenCalled()
})
