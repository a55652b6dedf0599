import type { TaskRecord } from '../core/task.js'

/** What an end writes on the record of a task. One with an `exception` is that of a failure. */
export type Outcome = Partial<Pick<TaskRecord, 'returnValue' | 'exception' | 'stdout' | 'stderr' | 'exitCode'>>

/** A record that is submitted again starts afresh. */
export function forgetOutcome(record: TaskRecord): void {
  if (record.state === undefined) return
  for (const key of ['state', 'returnValue', 'exception', 'stdout', 'stderr', 'exitCode'] as const) delete record[key]
}
