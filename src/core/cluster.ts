import type { TransferList } from './adapter.js'
import type { Amounts } from './amounts.js'
import type { FileContents, SpecFiles } from './files.js'
import type { Unsubscribe } from './subscribable.js'
import type { TaskFunction } from './task.js'
import type { LogEntry } from './task-context.js'

/**
 * The door between the faces (`DaskExecutionBackend`, `Client`) and what runs tasks: the embedded cluster, or a real one.
 *
 * A face hands in specs with a sink, and gets handles. Each handle then comes back through the sink: `running` at most
 * once, then exactly one of `done`, `kept`, `failed`, `dependencyFailed` and `canceled`, and nothing after it, but
 * that a kept one was `lost`, or was to be computed again and `failed`.
 */
export interface Cluster {
  /** Whether it can run tasks now. */
  readonly connected: boolean
  /** Whether its workers reach the files of this thread by their paths. Absent: no, so that files travel with tasks. */
  readonly sharesFiles?: boolean
  /** Resolves when it can run tasks; at once, when it already can. Rejects with the reason when it cannot be started. */
  start(): Promise<void>
  /** MUST NOT call the sink before it has returned. Specs are trusted: the face has validated them. */
  submitBatch(tasks: readonly TaskSpec[], sink: TaskSink): SubmittedBatch
  /**
   * Cancels what is still live among the handles and answers how many that were. The sink's `canceled` has run for each
   * before this resolves.
   */
  cancel(tasks: Iterable<TaskHandle>, reason?: unknown): Promise<number>
  /** Workers that were spawned, got ready, were lost or retired. */
  onWorker(listener: (event: WorkerEvent) => void): Unsubscribe
  /** What was printed in a worker while no task was known to run there. */
  onLog(listener: (entry: LogEntry) => void): Unsubscribe
  /** Cancels what is live and ends the workers. MUST NOT reject; further calls wait for the first. */
  close(): Promise<void>
}

/** One call to run. */
export interface TaskSpec {
  /** Names it among the live tasks of its face. */
  readonly uid: string
  /** For people and dashboards. */
  readonly name: string
  /** What it runs. */
  readonly function: TaskFunction
  /** With what it is called. */
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
  /** Tasks whose values stand in its arguments. Each was submitted with `keep`, and is a dependency as well. */
  readonly inputs?: readonly Input[] | undefined
  /** How its result stays where it was made, for `inputs` of others and for `fetch`. Absent: it comes here. */
  readonly keep?: Keeping | undefined
  /** The files that it takes, and those that it is to write: without these it fails. In a folder only where the cluster `sharesFiles`. */
  readonly files?: SpecFiles | undefined
  /** The face's own: the record, or the future. */
  readonly owner: unknown
}

/**
 * How a result is kept. `shared`: tasks of its worker get the object itself, unless it is small. `copied`: each gets a copy of
 * its own, and what the task that made it goes on to do does not change it. `actor`: the function is a class, and its object is
 * there for `call`.
 */
export type Keeping = 'shared' | 'copied' | 'actor'

/** A cluster that keeps values: what a `Client` needs. */
export interface DataCluster extends Cluster {
  /**
   * Copies the value of a task that was submitted with `keep`, or scattered, as soon as it is done. A value that was lost is
   * computed again. Rejects with what the task failed with, and with `ERR_CLOSED` when the cluster is closed.
   */
  fetch(task: TaskHandle): Promise<unknown>
  /**
   * Calls a method of an actor, which is done. Rejects with what it throws, and with a `WorkerLostError` when its worker ends
   * meanwhile.
   */
  call(actor: TaskHandle, method: string, args: readonly unknown[]): Promise<unknown>
  /**
   * The values of these will not be fetched any more: they are dropped when no task needs them. What is not done and only
   * they would need is cancelled.
   */
  release(tasks: Iterable<TaskHandle>): void
  /**
   * Copies a value to a worker, or to all that there are. Rejects with a `TaskValidationError` that names what cannot be
   * cloned. The sink hears of it only when it is lost.
   */
  scatter(value: ScatteredValue, sink: TaskSink): Promise<TaskHandle>
  /** Those that take tasks now. */
  workers(): readonly WorkerInfo[] | Promise<readonly WorkerInfo[]>
  /** For each, the ids of the workers where its value lies; none of one that is small, or not there. */
  whoHas(tasks: readonly TaskHandle[]): WhoHas | Promise<WhoHas>
  /** How many tasks it takes before a batch has to wait. */
  readonly room: number
}

type WhoHas = readonly (readonly string[])[]

/** A value that no task computed. */
export interface ScatteredValue {
  /** Names the value among those of its face. */
  readonly uid: string
  /** For people and dashboards. */
  readonly name: string
  /** What is copied, or moved. */
  readonly value: unknown
  /** Moved, not copied: to one worker alone. */
  readonly transfer?: TransferList | undefined
  /** Whether all workers get it that there are. */
  readonly broadcast: boolean
  /** The face's own. */
  readonly owner: unknown
}

/** A worker, as it is now. */
export interface WorkerInfo {
  /** What `getTaskContext().workerId` says there. */
  readonly id: string
  /** How many tasks it runs at a time. */
  readonly nthreads: number
  /** How many tasks it has, that it runs and that wait there. */
  readonly processing: number
  /** How many values lie there. */
  readonly values: number
  /** About how many bytes those are. */
  readonly bytes: number
}

/** Where a value is, outermost first: `[0, 'parts', 3]` is `args[0].parts[3]`. In a Map a step is the key. */
export type Path = readonly unknown[]

/** The value of a task, as an argument of another. */
export interface Input {
  /** The task that makes it. */
  readonly task: TaskHandle
  /** Where in the arguments it belongs. What stands there is replaced. */
  readonly path: Path
}

/** What became of a batch that was handed in. */
export interface SubmittedBatch {
  /** One for each spec, in order. */
  readonly handles: readonly TaskHandle[]
  /** Resolves when the last of them was admitted; absent when all were at once. MUST NOT reject. */
  readonly accepted?: Promise<void>
}

/** A submitted spec, as the cluster knows it. Whoever holds one holds nothing of the task's arguments once it has ended. */
export interface TaskHandle {
  /** The uid of its spec. */
  readonly uid: string
  /** The `owner` of its spec. */
  readonly owner: unknown
}

/** What is known of a task that failed. */
export interface FailedTask {
  /** The uid of its spec. */
  readonly uid: string
  /** The name of its spec. */
  readonly name: string
  /** What it threw, or why it could not be run. */
  readonly error: unknown
}

/** Where a face gets the events of its tasks. MUST NOT throw. */
export interface TaskSink {
  /** It was given to a worker. */
  running(task: TaskHandle): void
  /** It ended, with this result. */
  done(task: TaskHandle, value: unknown): void
  /** What it wrote of files that travel. Before `done` or `kept`; one that is run again may say so again, and the last counts. */
  wrote?(task: TaskHandle, files: FileContents): void
  /** It is done, and was submitted with `keep`. In place of `done`. */
  kept(task: TaskHandle): void
  /** It ended, or cannot run, with this error. */
  failed(task: TaskHandle, error: unknown): void
  /** It failed since one that it depends on did: `failed`, whose error is that of the first in a row. In place of `failed`. */
  dependencyFailed(task: TaskHandle, failed: FailedTask): void
  /** `reason`: what was given to `cancel`. */
  canceled(task: TaskHandle, reason: unknown): void
  /** Its value was there, and is gone for good. After `kept`, or of what was scattered. */
  lost(task: TaskHandle, error: unknown): void
  /** What it reported. Before its end. */
  progress(task: TaskHandle, progress: unknown): void
  /** What it logged or printed. Before its end. */
  log(task: TaskHandle, entry: LogEntry): void
}

/** What happened to a worker. */
export interface WorkerEvent {
  /**
   * `retired`: it was ended, having had nothing to do for `idleTimeout`, or done its `maxTasksPerWorker`, or since there are
   * to be fewer. `messageIgnored`:
   * its code posted what is no message of this package; told of the first, the tenth, the hundredth and so on.
   */
  readonly type: 'spawned' | 'ready' | 'lost' | 'retired' | 'messageIgnored'
  /** The worker that it happened to. */
  readonly workerId: string
  /** Why it was lost, or retired (`idle`, `maxTasksPerWorker`, `scaled`). */
  readonly reason?: string
  /** What it did not catch, or why it could not be started. */
  readonly error?: unknown
  /** How many were ignored. */
  readonly count?: number
}
