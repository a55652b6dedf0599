import type { ScheduledTask } from './scheduled-task.js'
import type { SchedulerWorker } from './scheduler-worker.js'

/** A value on its way from a worker to another, or to here. */
export interface Flight {
  readonly value: ScheduledTask
  readonly from: SchedulerWorker
  /** `undefined`: here. */
  readonly to: SchedulerWorker | undefined
  /** Those that wait for it there. */
  readonly tasks: Set<ScheduledTask>
}
