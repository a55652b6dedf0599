import type { FileStore } from './files.js'
import type { StateMapper, TaskState } from './states.js'
import type { Unsubscribe } from './subscribable.js'
import type { TaskRecord } from './task.js'

export type TaskListener = (task: TaskRecord, state: TaskState) => unknown

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

export interface BackendCapabilities {
  /** Whether tasks may keep their results (`keepResult`), and take the references among their arguments. */
  readonly resultRefs?: boolean
}

/** What runs tasks for a workflow engine: AsyncFlow's backend contract, its ten members. */
export interface ExecutionBackend {
  /** Names it among an engine's backends. */
  readonly name: string
  readonly session: { readonly path: string }
  /** What it can do beyond the contract. */
  readonly capabilities?: BackendCapabilities
  /**
   * Tells it that an engine uses it, until what this answers is called.
   *
   * @throws {ValueError} while another one does
   */
  attach?(session: WorkflowSession): Unsubscribe
  submitTasks(tasks: readonly TaskRecord[]): Promise<void>
  cancelTask(uid: string): Promise<boolean>
  shutdown(options?: ShutdownOptions): Promise<void>
  state(): Promise<string>
  registerCallback(listener: TaskListener): Unsubscribe
  getTaskStatesMap(): StateMapper
  taskStateCb(task: TaskRecord, state: TaskState): unknown
  buildTask(task: TaskRecord): unknown
  linkExplicitDataDeps(dep: ExplicitDataDep): unknown
  linkImplicitDataDeps(srcTask: TaskRecord | string, dstTask: TaskRecord | string): unknown
}
