import { LocalCluster } from '../cluster/local-cluster.js'
import type { WorkerAdapter } from '../core/adapter.js'
import type { ExplicitDataDep, ShutdownOptions } from '../core/backend.js'
import type { Cluster, TaskHandle, TaskSink, TaskSpec, WorkerEvent } from '../core/cluster.js'
import { ClusterError, notSupported, TaskCanceledError, TaskValidationError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import type { Runtime } from '../core/runtime.js'
import { StateMapper, type TaskState } from '../core/states.js'
import { isThenable, Listeners, type Unsubscribe } from '../core/subscribable.js'
import type { TaskFunction, TaskRecord } from '../core/task.js'
import type { LogEntry } from '../core/task-context.js'
import { BaseExecutionBackend } from './base.js'
import { LiveTasks } from './live-tasks.js'
import { checkResources, type DaskResources } from './resources.js'
import { checkBatch, nameOf, toSpec } from './task-input.js'

export interface DaskBackendOptions {
  /** Names the backend for an engine. Default: `resources.name`, else `dask`. */
  readonly name?: string | undefined
  /** Runs the tasks, in place of workers of the backend's own. It is used, and not closed. */
  readonly cluster?: Cluster | undefined
  /** Makes the workers, in place of the runtime's. */
  readonly adapter?: WorkerAdapter | undefined
  /** The hook `buildTask`, without a subclass. */
  readonly buildTask?: ((task: TaskRecord) => unknown) | undefined
  /** The hook `taskStateCb`, without a subclass. */
  readonly taskStateCb?: ((task: TaskRecord, state: TaskState) => unknown) | undefined
  /** Default: warnings and errors of your callbacks go to the console, and nothing else is said. */
  readonly logger?: Logger | undefined
}

/** What an awaited backend is: no longer awaitable, so that it can be returned from an async function. */
export type Started<T> = T & { readonly then: never }

/** Says what a user must see, and nothing else. */
const SILENT: Logger = { debug: () => {}, warn: (...args) => console.warn(...args), error: (...args) => console.error(...args) }

// Workers that do not end by then are left behind: a shutdown must not hang.
const SHUTDOWN_MS = 5_000

/**
 * AsyncFlow's `DaskExecutionBackend`: runs async tasks on the workers of an embedded cluster and reports every change.
 *
 * @example
 * await using backend = await new DaskExecutionBackend({ nWorkers: 4 })
 * backend.registerCallback((task, state) => console.log(task.uid, state, task.returnValue))
 * await backend.submitTasks([{ uid: 'task.1', function: async (n) => n ** 2, args: [7] }])
 */
export abstract class BaseDaskExecutionBackend extends BaseExecutionBackend {
  /** Bound by each runtime's own class. */
  static readonly runtime: Runtime
  // biome-ignore lint/suspicious/noThenProperty: it is awaitable on purpose, until it has started
  declare readonly then: PromiseLike<Started<this>>['then']

  readonly #resources: DaskResources
  readonly #adapter: WorkerAdapter
  readonly #givenCluster: Cluster | undefined
  readonly #logger: Logger
  readonly #live = new LiveTasks()
  readonly #progressListeners: Listeners<[TaskRecord, unknown]>
  readonly #logListeners: Listeners<[TaskRecord | undefined, LogEntry]>
  readonly #workerListeners: Listeners<[WorkerEvent]>
  readonly #warned = new Set<TaskFunction>()
  #starting: Promise<void> | undefined
  #started = false
  #cluster: Cluster | undefined
  #leaveCluster: Unsubscribe | undefined
  #closing: Promise<void> | undefined
  #closed = false

  /**
   * Does no I/O: `await` it, or call `start`.
   *
   * @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown key or a bad value
   */
  constructor(resources?: DaskResources | null, options: DaskBackendOptions = {}) {
    const checked = checkResources(resources)
    const { runtime } = new.target as unknown as { readonly runtime: Runtime }
    const { logger = SILENT } = options
    super(options.name ?? checked.name ?? 'dask', { path: runtime.workDir(), logger })
    this.#resources = checked
    this.#adapter = options.adapter ?? runtime.workers
    this.#givenCluster = options.cluster
    this.#logger = logger
    this.#progressListeners = this.#listeners('onProgress')
    this.#logListeners = this.#listeners('onLog')
    this.#workerListeners = this.#listeners('onWorker')
    if (options.buildTask !== undefined) this.buildTask = options.buildTask
    if (options.taskStateCb !== undefined) this.taskStateCb = options.taskStateCb
  }

  /** Constructs and starts. */
  static async create<T extends BaseDaskExecutionBackend>(
    this: new (
      resources?: DaskResources | null,
      options?: DaskBackendOptions,
    ) => T,
    resources?: DaskResources | null,
    options?: DaskBackendOptions,
  ): Promise<Started<T>> {
    return await new this(resources, options).start()
  }

  /**
   * Starts the cluster, once, however often it is called. Resolves when the first worker answers.
   *
   * @throws {ClusterError} when it cannot be started; a further call tries again
   */
  async start(): Promise<Started<this>> {
    this.#closed = false
    if (this.#closing !== undefined) await this.#closing
    if (this.#closed) throw this.#closedError()
    if (!this.#started) {
      this.#starting ??= this.#startCluster()
      await this.#starting
    }
    return this as Started<this>
  }

  /**
   * Submits a batch. Resolves when each of its tasks is accepted, or reported FAILED because it can never run; results
   * come to the listeners.
   *
   * @throws {TaskValidationError} when the batch is malformed; then nothing of it is submitted
   * @throws {ClusterError} `ERR_NOT_STARTED`, `ERR_CLOSED`
   */
  async submitTasks(tasks: readonly TaskRecord[]): Promise<void> {
    this.#ready()
    checkBatch(tasks, this.#live)
    const built = this.buildTask === BaseExecutionBackend.prototype.buildTask ? tasks : await this.#build(tasks)
    const cluster = this.#ready()
    const specs: TaskSpec[] = []
    const refused: TaskRecord[] = []
    for (const record of built) {
      if (record.state !== undefined) forgetOutcome(record)
      try {
        specs.push(toSpec(record, this.#warnOfDropped))
      } catch (error) {
        record.exception = error
        if (record.executable) record.stderr = error
        refused.push(record)
      }
    }
    const { handles, accepted } = cluster.submitBatch(specs, this.#sink)
    for (const handle of handles) this.#live.submitted(handle)
    for (const record of refused) this.report(record, 'FAILED')
    if (accepted !== undefined) await accepted
  }

  /** Whether the task was live and is now cancelled; its CANCELED was reported before this resolves. */
  async cancelTask(uid: string): Promise<boolean> {
    if (this.#closed) return false
    const cluster = this.#ready()
    const building = this.#live.stopBuilding(uid)
    if (building !== undefined) {
      this.report(building, 'CANCELED')
      return true
    }
    const handle = this.#live.handle(uid)
    return handle !== undefined && (await cluster.cancel([handle])) > 0
  }

  /** Cancels all live tasks and answers how many there were. */
  async cancelAllTasks(): Promise<number> {
    if (this.#closed) return 0
    return this.#cancelAll(this.#ready())
  }

  override getTaskStatesMap(): StateMapper {
    return new StateMapper(this, this.#live)
  }

  /** What a task reports through its context. Comes before the task's end. */
  onProgress(listener: (task: TaskRecord, progress: unknown) => void): Unsubscribe {
    return this.#progressListeners.add(listener)
  }

  /** What a task logs through its context. Comes before the task's end. */
  onLog(listener: (task: TaskRecord | undefined, entry: LogEntry) => void): Unsubscribe {
    return this.#logListeners.add(listener)
  }

  /** Workers that were spawned, got ready, were lost. */
  onWorker(listener: (event: WorkerEvent) => void): Unsubscribe {
    return this.#workerListeners.add(listener)
  }

  /** Whether it can run tasks now. */
  async state(): Promise<'CONNECTED' | 'DISCONNECTED'> {
    return this.#started && !this.#closed && this.#cluster?.connected === true ? 'CONNECTED' : 'DISCONNECTED'
  }

  /**
   * Cancels what is live, each with its CANCELED, and ends the workers. May be called any number of times; `start`
   * starts it again.
   */
  async shutdown({ drain = false, timeout }: ShutdownOptions = {}): Promise<void> {
    if (drain) throw notSupported('shutdown({ drain })')
    if (timeout !== undefined) throw notSupported('shutdown({ timeout })')
    this.#closed = true
    this.#closing ??= this.#shutdown().finally(() => {
      this.#closing = undefined
    })
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown()
  }

  override async linkExplicitDataDeps(_dep: ExplicitDataDep): Promise<void> {
    throw notSupported('linkExplicitDataDeps')
  }

  override async linkImplicitDataDeps(_srcTask: TaskRecord | string, _dstTask: TaskRecord | string): Promise<void> {
    throw notSupported('linkImplicitDataDeps')
  }

  #createCluster(): Cluster {
    const { nWorkers, threadsPerWorker, allowedFailures, timeout, worker } = this.#resources
    return (
      this.#givenCluster ??
      new LocalCluster({ adapter: this.#adapter, nWorkers, threadsPerWorker, allowedFailures, timeout, worker })
    )
  }

  async #startCluster(): Promise<void> {
    const cluster = this.#createCluster()
    this.#cluster = cluster
    this.#leaveCluster = cluster.onWorker((event) => this.#workerListeners.emit(event))
    try {
      await cluster.start()
      this.#started = true
      // Awaiting a started backend must not start it again: from here on it is no thenable.
      Object.defineProperty(this, 'then', { value: undefined, configurable: true, writable: true })
    } catch (error) {
      this.#leave()
      throw error
    } finally {
      this.#starting = undefined
    }
  }

  async #shutdown(): Promise<void> {
    const cluster = this.#cluster
    if (cluster === undefined) return
    this.#leave()
    let timer: TimerHandle | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SHUTDOWN_MS)
    })
    await Promise.race([this.#endTasks(cluster), late])
    clearTimeout(timer)
  }

  async #endTasks(cluster: Cluster): Promise<void> {
    try {
      await this.#cancelAll(cluster)
      if (cluster !== this.#givenCluster) await cluster.close()
    } catch (error) {
      this.#logger.error(`daskflow: backend '${this.name}' could not be shut down properly:`, error)
    }
  }

  #leave(): void {
    this.#leaveCluster?.()
    this.#cluster = undefined
    this.#started = false
  }

  async #cancelAll(cluster: Cluster): Promise<number> {
    const building = this.#live.stopBuildingAll()
    for (const record of building) this.report(record, 'CANCELED')
    return building.length + (await cluster.cancel(this.#live.handles()))
  }

  /** Runs the hook on each, awaiting only what is a promise, and answers the records that are still to be submitted. */
  async #build(tasks: readonly TaskRecord[]): Promise<readonly TaskRecord[]> {
    for (const record of tasks) this.#live.build(record)
    const uids = tasks.map(({ uid }) => uid)
    for (const [i, record] of tasks.entries()) {
      const uid = uids[i] as string
      if (!this.#live.isBuilding(uid)) continue
      const error = await this.#buildOne(record, uid)
      if (error === undefined || this.#live.stopBuilding(uid) === undefined) continue
      record.exception = error.reason
      this.report(record, 'FAILED')
    }
    // What was cancelled meanwhile is not there any more.
    return tasks.filter((_, i) => this.#live.stopBuilding(uids[i] as string) !== undefined)
  }

  async #buildOne(record: TaskRecord, uid: string): Promise<{ readonly reason: unknown } | undefined> {
    try {
      const result = this.buildTask(record)
      if (isThenable(result)) await result
      if (record.uid === uid) return undefined
      record.uid = uid
      return { reason: new TaskValidationError(`Task '${uid}': buildTask must not change the uid`, { uid, path: 'uid' }) }
    } catch (reason) {
      return { reason }
    }
  }

  #closedError(): ClusterError {
    return new ClusterError(`Backend '${this.name}' is shut down. Call start() to use it again.`, { code: 'ERR_CLOSED' })
  }

  #ready(): Cluster {
    if (this.#closed) throw this.#closedError()
    if (this.#started && this.#cluster !== undefined) return this.#cluster
    const message = 'DaskExecutionBackend must be awaited before use. Use: backend = await new DaskExecutionBackend(resources)'
    throw new ClusterError(message, { code: 'ERR_NOT_STARTED' })
  }

  readonly #warnOfDropped = (fn: TaskFunction): void => {
    if (this.#warned.has(fn)) return
    this.#warned.add(fn)
    this.#logger.warn(
      `daskflow: promises among the arguments of '${nameOf(fn)}' were dropped. Await them before you submit the task.`,
    )
  }

  #listeners<Args extends readonly unknown[]>(what: string): Listeners<Args> {
    return new Listeners<Args>((...[error]) =>
      this.#logger.error(`daskflow: a listener of ${what} of backend '${this.name}' failed:`, error),
    )
  }

  #settle(task: TaskHandle, state: TaskState, outcome: Partial<TaskRecord> | undefined): void {
    this.#live.settled(task)
    this.report(recordOf(task), state, outcome)
  }

  readonly #sink: TaskSink = {
    running: (task) => this.report(recordOf(task), 'RUNNING'),
    done: (task, value) => this.#settle(task, 'DONE', value === undefined ? undefined : { returnValue: value }),
    failed: (task, exception) => this.#settle(task, 'FAILED', { exception }),
    canceled: (task, cause) => {
      const { uid } = task
      this.#settle(
        task,
        'CANCELED',
        cause === undefined ? undefined : { exception: new TaskCanceledError(`Task '${uid}' was cancelled`, { uid, cause }) },
      )
    },
    progress: (task, progress) => this.#progressListeners.emit(recordOf(task), progress),
    log: (task, entry) => this.#logListeners.emit(recordOf(task), entry),
  }
}

function recordOf(task: TaskHandle): TaskRecord {
  return task.owner as TaskRecord
}

function forgetOutcome(record: TaskRecord): void {
  for (const key of ['state', 'returnValue', 'exception', 'stdout', 'stderr', 'exitCode'] as const) delete record[key]
}

// On the prototype, and declared on the class: a thenable that resolves to itself would be awaited for ever.
Object.defineProperty(BaseDaskExecutionBackend.prototype, 'then', {
  configurable: true,
  writable: true,
  value(this: BaseDaskExecutionBackend, ...handlers: Parameters<Promise<unknown>['then']>) {
    return this.start().then(...handlers)
  },
})
