import type { WorkerExit } from '../core/adapter.js'
import type { Amounts } from '../core/amounts.js'
import type { SmallValue } from '../wire/weigh.js'
import type { Flight } from './flight.js'
import type { ScheduledTask, TaskGroup } from './scheduled-task.js'

/** What the scheduler is told. One event may carry many tasks. */
export type SchedulerEvent =
  /** From now on keep at least `minWorkers`. */
  | { readonly type: 'opened' }
  /** From now on keep so many, whatever there is to do. */
  | { readonly type: 'scaled'; readonly workers: number }
  /** Somebody waits for a worker, though there is nothing to run. */
  | { readonly type: 'workerWanted' }
  | { readonly type: 'submitted'; readonly tasks: readonly ScheduledTask[] }
  | { readonly type: 'workerReady'; readonly worker: string }
  /** It is about to end by itself, and said what it runs. */
  | { readonly type: 'goodbye'; readonly worker: string }
  /** It ended, or could not be started. `running`: what it ran then, where that is known; what had not started was returned. */
  | {
      readonly type: 'workerLost'
      readonly worker: string
      readonly exit: WorkerExit
      readonly running?: readonly ScheduledTask[] | undefined
    }
  | { readonly type: 'started'; readonly tasks: readonly ScheduledTask[] }
  /** It holds tasks and has said nothing for a while, so what it runs is no short matter. `running`: that, where it is known. */
  | { readonly type: 'silent'; readonly worker: string; readonly running?: readonly ScheduledTask[] | undefined }
  /** A while has passed in which it held tasks. */
  | { readonly type: 'tick'; readonly worker: string }
  /** So many calls of a group took so many milliseconds together. */
  | { readonly type: 'measured'; readonly group: TaskGroup; readonly calls: number; readonly ms: number }
  /** Its worker has nothing more to do with each of them. */
  | { readonly type: 'done'; readonly tasks: readonly ScheduledTask[] }
  /** The same, of those whose result is kept: a small value, or the bytes of what stays with the worker. In order. */
  | { readonly type: 'kept'; readonly tasks: readonly ScheduledTask[]; readonly made: readonly (SmallValue | number)[] }
  /** Somebody waits for its value here. */
  | { readonly type: 'wanted'; readonly task: ScheduledTask }
  /** Who submitted them will not ask for their values any more. */
  | { readonly type: 'released'; readonly tasks: readonly ScheduledTask[] }
  /** It has no function: this is its value. On a worker (that has room for it), or on all, unless it is small. */
  | {
      readonly type: 'scattered'
      readonly task: ScheduledTask
      readonly made: SmallValue | number
      readonly workers: readonly string[]
    }
  /** A value is where it was sent. */
  | { readonly type: 'landed'; readonly flight: Flight }
  /** A value cannot be sent. */
  | { readonly type: 'grounded'; readonly flight: Flight; readonly error: unknown }
  | { readonly type: 'failed'; readonly tasks: readonly ScheduledTask[] }
  /** They cannot be sent. */
  | { readonly type: 'refused'; readonly tasks: readonly ScheduledTask[] }
  | { readonly type: 'canceled'; readonly tasks: readonly ScheduledTask[]; readonly reason?: unknown }
  /** They take longer than they may. */
  | { readonly type: 'timedOut'; readonly tasks: readonly ScheduledTask[] }
  /** A message of it could not be read: on some platforms nothing more arrives after that. */
  | { readonly type: 'doubted'; readonly worker: string }
  /** Cancelled so long ago that their worker should be through with them. */
  | { readonly type: 'overdue'; readonly worker: string; readonly tasks: readonly ScheduledTask[] }
  /** Aborted, recalled or taken back before they started: their worker will not run them. */
  | { readonly type: 'returned'; readonly tasks: readonly ScheduledTask[] }
  /** A recall was answered: all that the worker had not started has come back. */
  | { readonly type: 'recalled'; readonly worker: string }
  /** A recall is so old that it should have been answered. */
  | { readonly type: 'recallDue'; readonly worker: string }
  /** They have had nothing to do for long. */
  | { readonly type: 'idle'; readonly workers: readonly string[] }
  /** No more workers; all that is live is cancelled. */
  | { readonly type: 'closed' }

/** Why a worker is ended: nothing goes on there; it had nothing to do for long; it was through with so many tasks; there are to be fewer. */
export type WhyEnded = 'stuck' | 'idle' | 'maxTasksPerWorker' | 'scaled'

/** What is to be done about it. */
export type Decision =
  /** It runs, though its worker did not say so. */
  | { readonly type: 'running'; readonly task: ScheduledTask }
  /** It runs, and may take `ms` from now on. */
  | { readonly type: 'limit'; readonly worker: string; readonly task: ScheduledTask; readonly ms: number }
  /** `delayMs`: not at once, since the last ones failed. */
  | { readonly type: 'spawn'; readonly worker: string; readonly delayMs: number }
  | { readonly type: 'assign'; readonly worker: string; readonly tasks: ScheduledTask[] }
  | { readonly type: 'abort'; readonly worker: string; readonly tasks: ScheduledTask[]; readonly reason: unknown }
  /** What of these it has not started is to be had back: something before them takes longer than foreseen. */
  | { readonly type: 'takeBack'; readonly worker: string; readonly tasks: ScheduledTask[] }
  /** Ask for what it has not started, and whether it answers. */
  | { readonly type: 'recall'; readonly worker: string }
  /** End it, by force; it is no longer counted on. These were there, and must not start there any more. */
  | {
      readonly type: 'terminate'
      readonly worker: string
      readonly tasks: readonly ScheduledTask[]
      readonly why: WhyEnded
    }
  /** Fetch a value from where it is, and bring it to where it is needed. */
  | { readonly type: 'move'; readonly flight: Flight }
  /** The values of these are not needed any more. */
  | { readonly type: 'release'; readonly worker: string; readonly ids: readonly number[] }
  /** Its value, which is small, is asked for. */
  | { readonly type: 'here'; readonly task: ScheduledTask; readonly value: SmallValue }
  /** Its value, which is asked for, cannot be sent. */
  | { readonly type: 'unsendable'; readonly task: ScheduledTask; readonly error: unknown }
  /** A value among its arguments cannot be sent to where it was to run. */
  | { readonly type: 'inputFailed'; readonly task: ScheduledTask; readonly error: unknown }
  /** Actors among its arguments are on different workers: it can run on none. */
  | { readonly type: 'apart'; readonly task: ScheduledTask }
  /** Its value was lost with a worker, and cannot be computed again. */
  | { readonly type: 'valueLost'; readonly task: ScheduledTask; readonly worker: string; readonly exit: WorkerExit }
  /** It was live and is cancelled now. */
  | { readonly type: 'canceled'; readonly tasks: ScheduledTask[]; readonly reason: unknown }
  /** It was running, and took longer than it may. */
  | { readonly type: 'timedOut'; readonly tasks: readonly ScheduledTask[] }
  /** No worker will ever have what it asks for: each has so much. */
  | { readonly type: 'impossible'; readonly task: ScheduledTask; readonly have: Amounts }
  /** It is for workers that are not there. */
  | { readonly type: 'forsaken'; readonly task: ScheduledTask }
  /** A dependency failed: the task will not run. */
  | { readonly type: 'dependencyFailed'; readonly task: ScheduledTask; readonly failed: ScheduledTask }
  /** Its worker was lost, and it cannot be run again: what it was given was moved there. */
  | { readonly type: 'lost'; readonly task: ScheduledTask; readonly worker: string; readonly exit: WorkerExit }
  /** It was running on one lost worker too many. */
  | { readonly type: 'killed'; readonly task: ScheduledTask; readonly worker: string; readonly exit: WorkerExit }
  /** Workers fail to start again and again, and none is left to run the task. */
  | { readonly type: 'stranded'; readonly tasks: ScheduledTask[]; readonly exit: WorkerExit }
