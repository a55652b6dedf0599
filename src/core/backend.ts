import type { FileStore } from './files.js'
import type { StateMapper, TaskState } from './states.js'
import type { Unsubscribe } from './subscribable.js'
import type { TaskRecord } from './task.js'

/** Is called with a record on which the state was written, and what came of the task. */
export type TaskListener = (task: TaskRecord, state: TaskState) => unknown

/** How a backend is to end. */
export interface ShutdownOptions {
  /** Waits for what is live, however long that takes. Default: cancels it. */
  readonly drain?: boolean | undefined
  /** Milliseconds that `drain` waits at most; what is live then is cancelled. */
  readonly timeout?: number | undefined
}

/** A file that one task makes and another needs, or that a task needs from a path. */
export interface ExplicitDataDep {
  /** Made it, and is done. */
  readonly srcTask?: TaskRecord | undefined
  /** Needs it, and is still to be submitted: this record, or one of its uid that names it among its `inputFiles`. */
  readonly dstTask?: TaskRecord | undefined
  /** What it is called, in the folders of both. Default: the last part of `filePath`. */
  readonly fileName?: string | undefined
  /** Where it is, when no task made it: a path, or a `file:` URL. On the web, a path of the session's store. */
  readonly filePath?: string | undefined
}

/** The workflow engine that a backend works for. */
export interface WorkflowSession {
  /** Names the engine. */
  readonly uid: string
  /** The folder of its files; it may not be there yet. */
  readonly path: string
  /** Where files of its tasks are kept: the same store each time. Absent where the runtime has nothing of the kind. */
  files?(): Promise<FileStore>
}

/** What a backend can do beyond the contract. */
export interface BackendCapabilities {
  /** Whether tasks may keep their results (`keepResult`), and take the references among their arguments. */
  readonly resultRefs?: boolean
}

/** What runs tasks for a workflow engine: AsyncFlow's backend contract, its ten members. */
export interface ExecutionBackend {
  /** Names it among an engine's backends. */
  readonly name: string
  /** Where its files go. */
  readonly session: {
    /** The folder in which tasks have theirs. */
    readonly path: string
  }
  /** What it can do beyond the contract. */
  readonly capabilities?: BackendCapabilities
  /**
   * Tells it that an engine uses it, until what this answers is called.
   *
   * @throws {ValueError} while another one does
   */
  attach?(session: WorkflowSession): Unsubscribe
  /** Takes a batch; what becomes of its tasks is reported to the listeners. */
  submitTasks(tasks: readonly TaskRecord[]): Promise<void>
  /** Whether the task was live and is now cancelled. */
  cancelTask(uid: string): Promise<boolean>
  /** Cancels what is live and lets go of all that it has. */
  shutdown(options?: ShutdownOptions): Promise<void>
  /** What it says of itself: `CONNECTED`, `DISCONNECTED`. */
  state(): Promise<string>
  /** Adds a listener for every change of a task's state. */
  registerCallback(listener: TaskListener): Unsubscribe
  /** Its words for the states, and a live view of its tasks. */
  getTaskStatesMap(): StateMapper
  /** A hook, called with every change before the listeners. */
  taskStateCb(task: TaskRecord, state: TaskState): unknown
  /** A hook, called with every task before it is submitted. It may change the record and may be async. */
  buildTask(task: TaskRecord): unknown
  /** Places a file that `dstTask` needs in its folder. */
  linkExplicitDataDeps(dep: ExplicitDataDep): unknown
  /** `dstTask` starts when `srcTask` is done. */
  linkImplicitDataDeps(srcTask: TaskRecord | string, dstTask: TaskRecord | string): unknown
}
