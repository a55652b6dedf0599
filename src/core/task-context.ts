import type { TaskFiles } from './files.js'

/** What a running task knows of itself and can tell the one who submitted it. */
export interface TaskContext {
  /** Names the task; of a client, the key of its future. */
  readonly uid: string
  /** The worker that it runs on. */
  readonly workerId: string
  /** 1 the first time; one more for each time that the task is run again. */
  readonly attempt: number
  /** Aborts when the task is cancelled; `signal.reason` is the reason that was given. */
  readonly signal: AbortSignal
  /**
   * Tells the submitter how far the task is: any clonable value, copied at once.
   * @throws {TaskValidationError} when it cannot be cloned.
   */
  readonly report: (progress: unknown) => void
  /** Tells the submitter something; what cannot be cloned arrives as its text. */
  readonly log: (...args: unknown[]) => void
  /** Its files, where it has any: those that it was declared to take and to make. */
  readonly files: TaskFiles
}

/** What a task logged, or printed on the console of its worker. */
export interface LogEntry {
  /** The method of the console; of `log` of a context `log`. */
  readonly level: (typeof LOG_LEVELS)[number]
  /** What it was given: what cannot be cloned as its text. */
  readonly args: readonly unknown[]
  /** The worker that it comes from. */
  readonly workerId: string
}

/** The methods of the console that are passed on. `log` is that of a task's context, too. */
export const LOG_LEVELS = ['debug', 'log', 'info', 'warn', 'error'] as const
