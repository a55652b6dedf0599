/** The stable `code` of every error that daskflow itself makes. */
export type ErrorCode =
  | 'ERR_VALUE'
  | 'ERR_TASK_VALIDATION'
  | 'ERR_TASK_TIMEOUT'
  | 'ERR_TASK_CANCELED'
  | 'ERR_TASK_EXECUTION'
  | 'ERR_WORKER_LOST'
  | 'ERR_KILLED_WORKER'
  | 'ERR_DEPENDENCY_FAILED'
  | 'ERR_PYTHON'
  | 'ERR_CLUSTER'
  | 'ERR_COMM_CLOSED'
  | 'ERR_NOT_STARTED'
  | 'ERR_CLOSED'
  | 'ERR_QUEUE_FULL'
  | 'ERR_NOT_SUPPORTED'

/** What an error tells beside its message. */
export interface ErrorDetails {
  /** What led to it. */
  readonly cause?: unknown
  /** The task it is about. */
  readonly uid?: string | undefined
}

/** The base of all errors that daskflow makes; what a task itself throws keeps its own class. */
export class DaskflowError extends Error {
  /** Stable: what a program branches on. */
  readonly code: ErrorCode
  /** The task that it is about, where there is one. */
  declare readonly uid?: string

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    if (details.uid !== undefined) this.uid = details.uid
  }

  static {
    nameOf(DaskflowError, 'DaskflowError')
  }
}

/** A task that can never run as it was given: an executable, a function that is not async. */
export class ValueError extends DaskflowError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_VALUE', message, details)
  }

  static {
    nameOf(ValueError, 'ValueError')
  }
}

/** A task record, an option or a value that is malformed. */
export class TaskValidationError extends DaskflowError {
  /** Its place in the batch, when the batch was refused. */
  declare readonly index?: number
  /** Where the offending value is, for example `args[0].onDone`. */
  declare readonly path?: string

  constructor(message: string, details: ErrorDetails & { readonly index?: number; readonly path?: string } = {}) {
    super('ERR_TASK_VALIDATION', message, details)
    if (details.index !== undefined) this.index = details.index
    if (details.path !== undefined) this.path = details.path
  }

  static {
    nameOf(TaskValidationError, 'TaskValidationError')
  }
}

/** A task that was cancelled; `cause` is the reason that was given. */
export class TaskCanceledError extends DaskflowError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_TASK_CANCELED', message, details)
  }

  static {
    nameOf(TaskCanceledError, 'TaskCanceledError')
  }
}

/** A task took longer than its `timeout`, from its start; or a value was not there within that of who asked for it. */
export class TaskTimeoutError extends DaskflowError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_TASK_TIMEOUT', message, details)
  }

  static {
    nameOf(TaskTimeoutError, 'TaskTimeoutError')
  }
}

/** An executable ended with another code than 0, or by a signal. */
export class TaskExecutionError extends DaskflowError {
  /** The code that it ended with; absent when a signal ended it, or the platform does not tell. */
  declare readonly exitCode?: number
  /** The signal that ended it: `SIGTERM`. */
  declare readonly signal?: string
  /** The last lines of what it wrote there. */
  readonly stderr: string

  constructor(
    message: string,
    details: ErrorDetails & { readonly exitCode?: number; readonly signal?: string; readonly stderr: string },
  ) {
    super('ERR_TASK_EXECUTION', message, details)
    if (details.exitCode !== undefined) this.exitCode = details.exitCode
    if (details.signal !== undefined) this.signal = details.signal
    this.stderr = details.stderr
  }

  static {
    nameOf(TaskExecutionError, 'TaskExecutionError')
  }
}

/** What is known of the end of a worker. */
export interface LossDetails extends ErrorDetails {
  /** The worker that ended. */
  readonly workerId: string
  /** Why it ended, in a word. */
  readonly reason: string
  /** Where the platform tells. */
  readonly exitCode?: number | undefined
}

/** The worker ended while it held the task, and the task was not run again. */
export class WorkerLostError extends DaskflowError {
  /** The worker that ended. */
  readonly workerId: string
  /** Why the worker ended: `exited`, `error`, `memory`, `terminated`. */
  readonly reason: string
  /** The code that it ended with; absent when a signal ended it, or the platform does not tell. */
  declare readonly exitCode?: number

  constructor(message: string, details: LossDetails, code: ErrorCode = 'ERR_WORKER_LOST') {
    super(code, message, details)
    this.workerId = details.workerId
    this.reason = details.reason
    if (details.exitCode !== undefined) this.exitCode = details.exitCode
  }

  static {
    nameOf(WorkerLostError, 'WorkerLostError')
  }
}

/** The task was running on more lost workers than `allowedFailures` permits, so it is taken for the culprit. */
export class KilledWorkerError extends WorkerLostError {
  constructor(message: string, details: LossDetails) {
    super(message, details, 'ERR_KILLED_WORKER')
  }

  static {
    nameOf(KilledWorkerError, 'KilledWorkerError')
  }
}

/** A task that Python ran raised an exception, or could not be run there. */
export class PythonError extends DaskflowError {
  /** The class of the exception: `ZeroDivisionError`. */
  readonly pythonClass: string

  constructor(message: string, details: ErrorDetails & { readonly pythonClass: string }) {
    super('ERR_PYTHON', message, details)
    this.pythonClass = details.pythonClass
  }

  static {
    nameOf(PythonError, 'PythonError')
  }
}

/** A task that did not run because one that it depends on failed. */
export class DependencyFailureError extends DaskflowError {
  /** The names of the dependencies that failed. */
  readonly failedDependencies: readonly string[]
  /** The first error of the row, that of the task that was run and failed. */
  readonly rootCause: unknown

  constructor(message: string, details: ErrorDetails & { readonly failedDependencies: readonly string[] }) {
    super('ERR_DEPENDENCY_FAILED', message, details)
    this.failedDependencies = details.failedDependencies
    this.rootCause = details.cause
  }

  static {
    nameOf(DependencyFailureError, 'DependencyFailureError')
  }
}

type ClusterErrorCode = 'ERR_CLUSTER' | 'ERR_NOT_STARTED' | 'ERR_CLOSED' | 'ERR_QUEUE_FULL' | 'ERR_NOT_SUPPORTED'

/** The cluster cannot do it: it did not start, is closed, or does not have the feature. */
export class ClusterError extends DaskflowError {
  constructor(message: string, details: ErrorDetails & { readonly code?: ClusterErrorCode } = {}) {
    super(details.code ?? 'ERR_CLUSTER', message, details)
  }

  static {
    nameOf(ClusterError, 'ClusterError')
  }
}

/** A connection of the cluster ended, or could not be made. */
export class CommClosedError extends DaskflowError {
  /** Where it led. */
  readonly address: string

  constructor(message: string, details: ErrorDetails & { readonly address: string }) {
    super('ERR_COMM_CLOSED', message, details)
    this.address = details.address
  }

  static {
    nameOf(CommClosedError, 'CommClosedError')
  }
}

// On the prototype, as the platform's own errors have it: `name` is then no own property that a clone would carry.
function nameOf(errorClass: { readonly prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, configurable: true, writable: true })
}
