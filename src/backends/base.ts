import type {
  BackendCapabilities,
  ExecutionBackend,
  ExplicitDataDep,
  ShutdownOptions,
  TaskListener,
  WorkflowSession,
} from '../core/backend.js'
import { ValueError } from '../core/errors.js'
import type { FileStore } from '../core/files.js'
import { guardLogger, type Logger } from '../core/logger.js'
import { StateMapper, type TaskState } from '../core/states.js'
import { guard, Listeners, type Unsubscribe } from '../core/subscribable.js'
import type { TaskRecord } from '../core/task.js'
import { type StagedFile, stageFile } from './task-files.js'

/** Where files go; with a `uid`, for an engine. */
type Session = Omit<WorkflowSession, 'uid'> & Partial<WorkflowSession>

interface BaseOptions {
  /** The working directory, where relative paths start. Default: what the platform says; on the web, `/`. */
  readonly path?: string
  /** Where files of tasks are kept while no engine says so. MUST answer the same store each time. */
  readonly files?: (() => Promise<FileStore>) | undefined
  readonly logger?: Logger
}

/**
 * What all backends share: a name, listeners and hooks. A backend of your own extends it and writes `submitTasks`,
 * `cancelTask`, `shutdown` and `state`; it reports through `report`.
 *
 * @example
 * class NowBackend extends BaseExecutionBackend {
 *   async submitTasks(tasks) {
 *     for (const task of tasks) {
 *       this.report(task, 'RUNNING')
 *       this.report(task, 'DONE', { returnValue: await task.function(...task.args) })
 *     }
 *   }
 *   async cancelTask() { return false }
 *   async shutdown() {}
 *   async state() { return 'CONNECTED' }
 * }
 */
export abstract class BaseExecutionBackend implements ExecutionBackend {
  readonly name: string
  readonly capabilities: BackendCapabilities = {}
  /** Never throws, whatever was given. */
  protected readonly logger: Logger
  readonly #workDir: string
  #session: Session
  readonly #listeners = new Listeners<[TaskRecord, TaskState]>((error, task, state) => this.#listenerFailed(error, task, state))

  constructor(name: string, { path, files, logger = console }: BaseOptions = {}) {
    this.name = name
    this.#workDir = path ?? ''
    this.#session = Object.freeze({ path: path ?? '/', ...(files && { files }) })
    this.logger = guardLogger(logger)
    StateMapper.registerBackendStatesWithDefaults(this)
  }

  /** Where its files go: the working directory; the folder of an engine, while one uses it. */
  get session(): Session {
    return this.#session
  }

  attach(session: WorkflowSession): Unsubscribe {
    const { uid } = this.#session
    if (uid !== undefined) {
      throw new ValueError(`Backend '${this.name}' is used by engine '${uid}'. Shut that down, or give each its own.`)
    }
    const before = this.#session
    this.#session = session
    return () => {
      if (this.#session === session) this.#session = before
    }
  }

  /** Takes a batch; what becomes of its tasks is reported to the listeners. */
  abstract submitTasks(tasks: readonly TaskRecord[]): Promise<void>
  /** Whether the task was live and is now cancelled. */
  abstract cancelTask(uid: string): Promise<boolean>
  /** Cancels what is live and lets go of all that it has. */
  abstract shutdown(options?: ShutdownOptions): Promise<void>
  /** What it says of itself: `CONNECTED`, `DISCONNECTED`. */
  abstract state(): Promise<string>

  /**
   * Adds a listener for every change of a task's state. Any number may listen; they are called in order of registration.
   * One that throws or rejects is reported to the logger and disturbs nothing.
   */
  registerCallback(listener: TaskListener): Unsubscribe {
    return this.#listeners.add(listener)
  }

  /** Its words for the states, and a live view of its tasks. */
  getTaskStatesMap(): StateMapper {
    return new StateMapper(this)
  }

  /** A hook, called with every change before the listeners. */
  taskStateCb(_task: TaskRecord, _state: TaskState): unknown {
    return undefined
  }

  /** A hook, called with every task before it is submitted. It may change the record and may be async. */
  buildTask(_task: TaskRecord): unknown {
    return undefined
  }

  /**
   * `dstTask` needs the file `fileName`: the one that `srcTask` made, or that at `filePath`. It is placed in the folder of
   * `dstTask`, before that is submitted; answers from where and to where. Relative paths start at the working directory.
   * Without a name and a path, nothing is done.
   *
   * @throws {TaskValidationError} for a name that leads out of the folder, and for a file that is not there
   * @throws {ClusterError} `ERR_NOT_SUPPORTED` where nothing keeps files, and for an `http:` address
   */
  async linkExplicitDataDeps(dep: ExplicitDataDep): Promise<StagedFile | undefined> {
    return stageFile(dep, this.#session, this.#workDir)
  }

  /** A hook: `dstTask` needs `srcTask` to be done. Does nothing by default. */
  linkImplicitDataDeps(_srcTask: TaskRecord | string, _dstTask: TaskRecord | string): unknown {
    return undefined
  }

  /** Writes the state and the outcome on the record, then calls the hook and the listeners. Never throws. */
  protected report(task: TaskRecord, state: TaskState, outcome?: Partial<TaskRecord>): void {
    try {
      task.state = state
      if (outcome !== undefined) Object.assign(task, outcome)
    } catch (error) {
      this.#recordFailed(error, task, state)
    }
    if (this.taskStateCb !== BaseExecutionBackend.prototype.taskStateCb) this.#callHook(task, state)
    this.#listeners.emit(task, state)
  }

  #callHook(...args: [TaskRecord, TaskState]): void {
    guard(
      () => this.taskStateCb(...args),
      (error) => this.#listenerFailed(error, ...args),
    )
  }

  #recordFailed(error: unknown, task: TaskRecord, state: TaskState): void {
    const what = `the outcome of task '${String(task.uid)}' (${state})`
    this.logger.error(`daskflow: ${what} could not be written on its record:`, error)
  }

  #listenerFailed(error: unknown, task: TaskRecord, state: TaskState): void {
    this.logger.error(`daskflow: a listener of backend '${this.name}' failed for task '${String(task.uid)}' (${state}):`, error)
  }
}
