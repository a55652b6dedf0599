import { TaskValidationError } from '../core/errors.js'
import { NoFiles } from '../core/file-names.js'
import type { OpenFiles, TaskFiles } from '../core/files.js'
import type { LogEntry, TaskContext } from '../core/task-context.js'
import { clone } from '../wire/ports.js'
import { findUncloneable } from '../wire/uncloneable.js'

/** What a task's context tells its executor. */
export interface ContextReports {
  progress(taskId: number, value: unknown): void
  log(taskId: number, level: LogEntry['level'], args: readonly unknown[]): void
}

/**
 * The context of one running task.
 *
 * One is made for every task, so it holds nothing that only some tasks use: a signal is made when it is first read.
 */
export class RunningTask implements TaskContext {
  readonly id: number
  readonly uid: string
  readonly workerId: string
  readonly attempt: number
  /** For the executor: the pool was told that it started. */
  announced = false
  readonly #reports: ContextReports
  #controller: AbortController | undefined
  #report: TaskContext['report'] | undefined
  #log: TaskContext['log'] | undefined
  /** For the executor: it was told to stop. */
  aborted = false
  #reason: unknown
  /** For the executor: what was opened for it. */
  opened: OpenFiles | undefined

  constructor(id: number, uid: string, attempt: number, workerId: string, reports: ContextReports) {
    this.id = id
    this.uid = uid
    this.attempt = attempt
    this.workerId = workerId
    this.#reports = reports
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.aborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  // Bound, so that they may be taken off the context; made when first read, like the signal.
  get report(): TaskContext['report'] {
    this.#report ??= (progress) => this.#reports.progress(this.id, this.#copyOf(progress))
    return this.#report
  }

  get log(): TaskContext['log'] {
    this.#log ??= (...args) => this.#reports.log(this.id, 'log', args)
    return this.#log
  }

  get files(): TaskFiles {
    return this.opened ?? new NoFiles(this.uid)
  }

  /** For the executor: the task is to stop. */
  abort(reason: unknown): void {
    this.aborted = true
    this.#reason = reason
    this.#controller?.abort(reason)
  }

  // At once: the task may go on with the value.
  #copyOf(progress: unknown): unknown {
    try {
      return clone(progress)
    } catch (cause) {
      const found = findUncloneable(progress, 'progress')
      const path = found?.path ?? 'progress'
      throw new TaskValidationError(`report(progress): ${path} cannot be cloned: it is ${found?.what ?? String(cause)}`, {
        uid: this.uid,
        path,
        cause,
      })
    }
  }
}
