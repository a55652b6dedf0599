import { TaskValidationError } from '../core/errors.js'
import { NoFiles } from '../core/file-names.js'
import type { OpenFiles, TaskFiles } from '../core/files.js'
import type { TaskContext } from '../core/task-context.js'

/** What a context passes on. */
export interface LocalReports {
  progress(value: unknown): void
  log(args: readonly unknown[]): void
}

/** The context of one attempt at a task that runs on this thread. What only some tasks use is made when it is first read. */
export class LocalContext implements TaskContext {
  readonly uid: string
  readonly workerId: string
  readonly attempt: number
  /** For whoever runs the task: its files, where it has any. */
  opened: OpenFiles | undefined
  readonly #reports: LocalReports
  #controller: AbortController | undefined
  #aborted: { readonly reason: unknown } | undefined
  #report: TaskContext['report'] | undefined
  #log: TaskContext['log'] | undefined

  constructor(uid: string, workerId: string, attempt: number, reports: LocalReports) {
    this.uid = uid
    this.workerId = workerId
    this.attempt = attempt
    this.#reports = reports
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason)
    }
    return this.#controller.signal
  }

  // Bound, so that they may be taken off the context.
  get report(): TaskContext['report'] {
    this.#report ??= (progress) => this.#reports.progress(this.#copyOf(progress))
    return this.#report
  }

  get log(): TaskContext['log'] {
    this.#log ??= (...args) => this.#reports.log(args)
    return this.#log
  }

  get files(): TaskFiles {
    return this.opened ?? new NoFiles(this.uid)
  }

  /** For whoever runs the task: it is to stop. */
  abort(reason: unknown): void {
    this.#aborted ??= { reason }
    this.#controller?.abort(reason)
  }

  // As on a worker, and at once: the task may go on with the value.
  #copyOf(progress: unknown): unknown {
    try {
      return structuredClone(progress)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      const message = `report(progress): progress cannot be cloned. ${why}`
      throw new TaskValidationError(message, { uid: this.uid, path: 'progress', cause })
    }
  }
}
