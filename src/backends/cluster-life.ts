import { atMost } from '../core/at-most.js'
import type { Cluster, WorkerEvent } from '../core/cluster.js'
import { ClusterError } from '../core/errors.js'
import type { Unsubscribe } from '../core/subscribable.js'
import type { LogEntry } from '../core/task-context.js'

export interface ClusterLifeOptions {
  /** The backend's, for messages. */
  readonly name: string
  create(): Cluster
  /** Whether it is the backend's own, to be closed with it. */
  readonly owned: boolean
  onWorker(event: WorkerEvent): void
  onLog(entry: LogEntry): void
  /** What went wrong while it ended. */
  onError(error: unknown): void
}

// Workers that do not end by then are left behind: a shutdown must not hang.
const SHUTDOWN_MS = 5_000

/** The life of the cluster behind a backend: started once however often it is asked for, stopped, and started again. */
export class ClusterLife {
  readonly #options: ClusterLifeOptions
  #cluster: Cluster | undefined
  #started = false
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  /** Whether the last word was to stop. */
  #closed = false
  #unsubscribe: Unsubscribe | undefined
  /** Ends a wait for what is live. */
  #hurry: () => void = () => {}
  /** Counts starts and ends: a start that comes back to another turn was given up meanwhile. */
  #turn = 0

  constructor(options: ClusterLifeOptions) {
    this.#options = options
  }

  /** Whether it takes nothing: it was stopped, or is about to be, also where a start waits for that. */
  get closed(): boolean {
    return this.#closed || this.#stopping !== undefined
  }

  get connected(): boolean {
    return this.#started && this.#cluster?.connected === true
  }

  /** The cluster, while there is one. */
  get current(): Cluster | undefined {
    return this.#cluster
  }

  /** The started cluster. @throws {ClusterError} `ERR_CLOSED`, `ERR_NOT_STARTED` */
  get cluster(): Cluster {
    if (this.closed) throw this.#closedError()
    if (this.#started && this.#cluster !== undefined) return this.#cluster
    const message = 'DaskExecutionBackend must be awaited before use. Use: backend = await new DaskExecutionBackend(resources)'
    throw new ClusterError(message, { code: 'ERR_NOT_STARTED' })
  }

  /**
   * Also starts again what can no longer run tasks.
   *
   * @throws {ClusterError} when it cannot be started, or is stopped meanwhile; a further call tries again.
   */
  async start(): Promise<void> {
    this.#closed = false
    if (this.#stopping !== undefined) await this.#stopping
    if (this.#closed) throw this.#closedError()
    if (this.connected) return
    this.#starting ??= this.#started && this.#cluster !== undefined ? this.#restart(this.#cluster) : this.#start()
    await this.#starting
  }

  /**
   * Stops it, also while it starts. `endTasks` runs before the cluster is closed. Never rejects, and is bounded but for
   * `drained`, which is waited for before: until a further call comes without it.
   */
  async stop(endTasks: (cluster: Cluster) => Promise<unknown>, drained?: Promise<void>): Promise<void> {
    this.#closed = true
    this.#stopping ??= this.#stop(endTasks, drained !== undefined).finally(() => {
      this.#stopping = undefined
    })
    // Whoever waits least of those that call.
    if (drained === undefined) this.#hurry()
    else void drained.then(() => this.#hurry())
    return this.#stopping
  }

  async #start(): Promise<void> {
    const turn = ++this.#turn
    const cluster = this.#options.create()
    this.#cluster = cluster
    const stops = [
      cluster.onWorker((event) => this.#options.onWorker(event)),
      cluster.onLog((entry) => this.#options.onLog(entry)),
    ]
    this.#unsubscribe = () => {
      for (const stop of stops) stop()
    }
    try {
      await cluster.start()
      // A cluster that was given does not know that it was not wanted any more.
      if (turn !== this.#turn) throw this.#closedError()
      this.#started = true
      this.#starting = undefined
    } catch (error) {
      if (turn === this.#turn) this.#leave()
      throw error
    }
  }

  // It lost its workers and could not have new ones.
  async #restart(cluster: Cluster): Promise<void> {
    const turn = this.#turn
    try {
      await cluster.start()
    } finally {
      if (turn === this.#turn) this.#starting = undefined
    }
  }

  async #stop(endTasks: (cluster: Cluster) => Promise<unknown>, drains: boolean): Promise<void> {
    const cluster = this.#cluster
    if (cluster === undefined) return
    // It takes nothing more from here on, also where it is started again meanwhile.
    this.#started = false
    if (drains) await this.#hurried()
    this.#leave()
    await atMost(SHUTDOWN_MS, this.#end(cluster, endTasks))
  }

  #hurried(): Promise<void> {
    return new Promise((resolve) => {
      this.#hurry = resolve
    })
  }

  async #end(cluster: Cluster, endTasks: (cluster: Cluster) => Promise<unknown>): Promise<void> {
    try {
      await endTasks(cluster)
      if (this.#options.owned) await cluster.close()
    } catch (error) {
      this.#options.onError(error)
    }
  }

  #leave(): void {
    this.#turn++
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#cluster = undefined
    this.#starting = undefined
    this.#started = false
  }

  #closedError(): ClusterError {
    const message = `Backend '${this.#options.name}' is shut down. Call start() to use it again.`
    return new ClusterError(message, { code: 'ERR_CLOSED' })
  }
}
