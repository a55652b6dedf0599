import type { TransferList } from './adapter.js'
import type { Amounts } from './amounts.js'
import type { Unsubscribe } from './subscribable.js'
import type { TaskFunction } from './task.js'
import type { LogEntry } from './task-context.js'

/**
 * The door between the faces (`DaskExecutionBackend`, `Client`) and what runs tasks: the embedded cluster, or a real one.
 *
 * A face hands in specs with a sink, and gets handles. Each handle then comes back through the sink: `running` at most
 * once, then exactly one of `done`, `failed` and `canceled`, and nothing after it.
 */
export interface Cluster {
  /** Whether it can run tasks now. */
  readonly connected: boolean
  /** Resolves when it can run tasks; at once, when it already can. Rejects with the reason when it cannot be started. */
  start(): Promise<void>
  /** MUST NOT call the sink before it has returned. Specs are trusted: the face has validated them. */
  submitBatch(tasks: readonly TaskSpec[], sink: TaskSink): SubmittedBatch
  /**
   * Cancels what is still live among the handles and answers how many that were. The sink's `canceled` has run for each
   * before this resolves.
   */
  cancel(tasks: Iterable<TaskHandle>, reason?: unknown): Promise<number>
  onWorker(listener: (event: WorkerEvent) => void): Unsubscribe
  /** What was printed in a worker while no task was known to run there. */
  onLog(listener: (entry: LogEntry) => void): Unsubscribe
  /** Cancels what is live and ends the workers. MUST NOT reject; further calls wait for the first. */
  close(): Promise<void>
}

/** One call to run. */
export interface TaskSpec {
  readonly uid: string
  readonly name: string
  readonly function: TaskFunction
  readonly args: readonly unknown[]
  /** Higher first. */
  readonly priority: number
  /** Moved to the worker. */
  readonly transfer?: TransferList | undefined
  /** What it takes of a worker's amounts while it runs. */
  readonly resources?: Amounts | undefined
  /** Milliseconds that it may take, from its start. */
  readonly timeout?: number | undefined
  /** How often it is run again when it throws. Default 0. */
  readonly retries?: number | undefined
  /** The ids of the workers that it is for. */
  readonly workers?: readonly string[] | undefined
  /** Whether others may run it, where none of those has room. Default false. */
  readonly allowOtherWorkers?: boolean | undefined
  /** Tasks that must be done before it starts. */
  readonly dependencies?: readonly TaskHandle[] | undefined
  /** The face's own: the record, or the future. */
  readonly owner: unknown
}

export interface SubmittedBatch {
  /** One for each spec, in order. */
  readonly handles: readonly TaskHandle[]
  /** Resolves when the last of them was admitted; absent when all were at once. MUST NOT reject. */
  readonly accepted?: Promise<void>
}

/** A submitted spec, as the cluster knows it. Whoever holds one holds nothing of the task's arguments once it has ended. */
export interface TaskHandle {
  readonly uid: string
  readonly owner: unknown
}

/** Where a face gets the events of its tasks. MUST NOT throw. */
export interface TaskSink {
  running(task: TaskHandle): void
  done(task: TaskHandle, value: unknown): void
  failed(task: TaskHandle, error: unknown): void
  /** `reason`: what was given to `cancel`. */
  canceled(task: TaskHandle, reason: unknown): void
  progress(task: TaskHandle, progress: unknown): void
  log(task: TaskHandle, entry: LogEntry): void
}

/** What happened to a worker. */
export interface WorkerEvent {
  /**
   * `retired`: it was ended, having had nothing to do for `idleTimeout`, or done its `maxTasksPerWorker`. `messageIgnored`:
   * its code posted what is no message of this package; told of the first, the tenth, the hundredth and so on.
   */
  readonly type: 'spawned' | 'ready' | 'lost' | 'retired' | 'messageIgnored'
  readonly workerId: string
  /** Why it was lost, or retired (`idle`, `maxTasksPerWorker`). */
  readonly reason?: string
  readonly error?: unknown
  /** How many were ignored. */
  readonly count?: number
}
