import { TaskValidationError } from '../core/errors.js'
import type { TaskRecord } from '../core/task.js'
import { isThenable } from '../core/thenable.js'
import type { LiveTasks } from './live-tasks.js'

/**
 * Runs the hook `buildTask` on each record of a batch, awaiting only what is a promise. Meanwhile they are live, and may
 * be cancelled.
 *
 * @returns those that are still to be submitted: neither cancelled nor failed by the hook
 */
export async function buildAll(
  records: readonly TaskRecord[],
  hook: (record: TaskRecord) => unknown,
  live: LiveTasks,
  onFailed: (record: TaskRecord, exception: unknown) => void,
): Promise<readonly TaskRecord[]> {
  const uids = records.map(({ uid }) => uid)
  for (const record of records) live.build(record)
  for (const [i, record] of records.entries()) {
    const uid = uids[i] as string
    if (live.building(uid) !== record) continue
    try {
      const result = hook(record)
      // A task that was cancelled must not wait for a hook that never ends.
      if (isThenable(result)) await Promise.race([result, live.stopped(uid)])
      keepUid(record, uid)
    } catch (error) {
      if (live.stopBuilding(uid, record)) onFailed(record, error)
    }
  }
  // By the record, not the uid: one that was cancelled may have been submitted again under the same.
  return records.filter((record, i) => live.stopBuilding(uids[i] as string, record))
}

function keepUid(record: TaskRecord, uid: string): void {
  if (record.uid === uid) return
  record.uid = uid
  throw new TaskValidationError(`Task '${uid}': buildTask must not change the uid`, { uid, path: 'uid' })
}
