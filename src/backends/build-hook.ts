import { TaskValidationError } from '../core/errors.js'
import type { TaskRecord } from '../core/task.js'
import { isThenable } from '../core/thenable.js'
import type { LiveTask } from './live-tasks.js'

/**
 * Runs the hook `buildTask` on each task of a batch, awaiting only what is a promise. Meanwhile they are live, and may be
 * cancelled.
 */
export async function buildAll<Task extends LiveTask<unknown>>(
  tasks: readonly Task[],
  hook: (record: TaskRecord) => unknown,
  onFailed: (task: Task, exception: unknown) => void,
): Promise<void> {
  for (const task of tasks) {
    if (task.ended) continue
    try {
      const result = hook(task.record)
      // A task that was cancelled must not wait for a hook that never ends.
      if (isThenable(result)) await Promise.race([result, endOf(task)])
      keepUid(task)
    } catch (error) {
      if (!task.ended) onFailed(task, error)
    }
  }
}

function endOf(task: LiveTask<unknown>): Promise<void> {
  return new Promise((resolve) => {
    if (task.ended) resolve()
    else task.onEnded = resolve
  })
}

function keepUid({ uid, record }: LiveTask<unknown>): void {
  if (record.uid === uid) return
  record.uid = uid
  throw new TaskValidationError(`Task '${uid}': buildTask must not change the uid`, { uid, path: 'uid' })
}
