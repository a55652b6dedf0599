import type {
  DataCluster,
  ScatteredValue,
  SubmittedBatch,
  TaskHandle,
  TaskSink,
  TaskSpec,
  WorkerEvent,
  WorkerInfo,
} from '../core/cluster.js'
import { ClusterError } from '../core/errors.js'
import type { RemoteOptions, Runtime } from '../core/runtime.js'
import { Listeners, type Unsubscribe } from '../core/subscribable.js'
import type { LogEntry } from '../core/task-context.js'

/** A cluster on other machines. What speaks to it is loaded when it is started. */
export class RemoteCluster implements DataCluster {
  readonly #runtime: Runtime
  readonly #options: RemoteOptions
  readonly #workerListeners = new Listeners<[WorkerEvent]>(() => {})
  readonly #logListeners = new Listeners<[LogEntry]>(() => {})
  #cluster: DataCluster | undefined
  /** The same, and before it has started. */
  #opening: DataCluster | undefined
  #starting: Promise<void> | undefined
  #closed = false

  constructor(runtime: Runtime, options: RemoteOptions) {
    this.#runtime = runtime
    this.#options = options
  }

  get connected(): boolean {
    return this.#cluster?.connected === true
  }

  get room(): number {
    return this.#cluster?.room ?? 0
  }

  async start(): Promise<void> {
    if (this.connected) return
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined
    })
    await this.#starting
  }

  submitBatch(tasks: readonly TaskSpec[], sink: TaskSink): SubmittedBatch {
    return this.#started.submitBatch(tasks, sink)
  }

  async cancel(tasks: Iterable<TaskHandle>, reason?: unknown): Promise<number> {
    return this.#started.cancel(tasks, reason)
  }

  async fetch(task: TaskHandle): Promise<unknown> {
    return this.#started.fetch(task)
  }

  async call(actor: TaskHandle, method: string, args: readonly unknown[]): Promise<unknown> {
    return this.#started.call(actor, method, args)
  }

  release(tasks: Iterable<TaskHandle>): void {
    this.#cluster?.release(tasks)
  }

  async scatter(value: ScatteredValue, sink: TaskSink): Promise<TaskHandle> {
    return this.#started.scatter(value, sink)
  }

  async workers(): Promise<readonly WorkerInfo[]> {
    return this.#started.workers()
  }

  async whoHas(tasks: readonly TaskHandle[]): Promise<readonly (readonly string[])[]> {
    return this.#started.whoHas(tasks)
  }

  onWorker(listener: (event: WorkerEvent) => void): Unsubscribe {
    return this.#workerListeners.add(listener)
  }

  onLog(listener: (entry: LogEntry) => void): Unsubscribe {
    return this.#logListeners.add(listener)
  }

  async close(): Promise<void> {
    this.#closed = true
    // Closed, it does not start.
    await this.#opening?.close()
    await this.#starting?.catch(() => {})
  }

  async #start(): Promise<void> {
    const { connect, name } = this.#runtime
    if (connect === undefined) {
      const { address, schedulerFile } = this.#options
      const message = `Runtime '${name}' cannot connect to ${address ?? schedulerFile}: it has no sockets`
      throw new ClusterError(message, { code: 'ERR_NOT_SUPPORTED' })
    }
    const cluster = await connect(this.#options)
    if (this.#closed) throw closedError()
    this.#opening = cluster
    await cluster.start()
    cluster.onWorker((event) => this.#workerListeners.emit(event))
    cluster.onLog((entry) => this.#logListeners.emit(entry))
    this.#cluster = cluster
  }

  get #started(): DataCluster {
    if (this.#cluster === undefined || this.#closed) throw closedError()
    return this.#cluster
  }
}

function closedError(): ClusterError {
  return new ClusterError('The cluster is closed, or was not started', { code: 'ERR_CLOSED' })
}
