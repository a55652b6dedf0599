/// <reference lib="esnext.disposable" preserve="true" />
import { clusterOf } from '../cluster/cluster-of.js'
import type { BackendCapabilities, ExplicitDataDep, ShutdownOptions } from '../core/backend.js'
import type { Cluster, DataCluster, TaskHandle, TaskSink, WorkerEvent } from '../core/cluster.js'
import { TaskCanceledError } from '../core/errors.js'
import { type SpecFiles, storeOnce } from '../core/files.js'
import type { Runtime } from '../core/runtime.js'
import { StateMapper, type TaskState } from '../core/states.js'
import type { Listeners, Unsubscribe } from '../core/subscribable.js'
import type { TaskFunction, TaskRecord } from '../core/task.js'
import type { LogEntry } from '../core/task-context.js'
import { isDataCluster } from '../input/cluster.js'
import { checkResources, type DaskResources, refuseCluster, warnOfLimit } from '../input/resources.js'
import { nameOf } from '../input/task-function.js'
import { TaskSignals } from '../input/task-signals.js'
import { BaseExecutionBackend } from './base.js'
import { buildAll } from './build-hook.js'
import { ClusterLife } from './cluster-life.js'
import { dependencyError } from './dependency-error.js'
import { eventListeners } from './event-listeners.js'
import { type LiveTask, LiveTasks } from './live-tasks.js'
import { checkOptions, type DaskBackendOptions } from './options.js'
import { ResultRef } from './result-ref.js'
import { Submission, type SubmissionSetUp } from './submission.js'
import type { StagedFile } from './task-files.js'
import { claimBatch } from './task-input.js'
import { TaskLinks } from './task-links.js'
import { TravelingFiles } from './traveling-files.js'

/** What an awaited backend is: no longer awaitable, so that it can be returned from an async function. */
export type Started<T> = T & {
  /** It has none. */
  readonly then: never
}

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
  /** Starts it, when it is awaited; answers it. */
  // biome-ignore lint/suspicious/noThenProperty: it is awaitable on purpose, until it has started
  declare readonly then: PromiseLike<Started<this>>['then']
  override readonly capabilities: BackendCapabilities

  readonly #life: ClusterLife
  readonly #live = new LiveTasks()
  readonly #links = new TaskLinks(this.#live)
  readonly #files = new TravelingFiles()
  readonly #submission: SubmissionSetUp
  readonly #progressListeners: Listeners<[TaskRecord, unknown]>
  readonly #logListeners: Listeners<[TaskRecord | undefined, LogEntry]>
  readonly #workerListeners: Listeners<[WorkerEvent]>
  #keepsResults = false
  /** By name: a program may make functions without end. */
  readonly #warned = new Set<string>()

  /**
   * Does no I/O: `await` it, or call `start`.
   *
   * @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown key or a bad value
   */
  constructor(resources?: DaskResources | null, options: DaskBackendOptions = {}) {
    const { client, logger = console, adapter: ownAdapter, buildTask, taskStateCb, ...named } = checkOptions(options)
    const { runtime } = new.target as unknown as { readonly runtime: Runtime }
    const cluster = named.cluster ?? client?.cluster
    // Who brings workers means these.
    const checked = checkResources(resources, cluster === undefined && ownAdapter === undefined ? runtime.variable : undefined)
    if (cluster !== undefined) refuseCluster(resources)
    const { name, taskTimeout } = checked
    super(named.name ?? name ?? 'dask', { path: runtime.workDir(), files: storeOnce(runtime), logger })
    const adapter = ownAdapter ?? runtime.workers
    this.capabilities = { resultRefs: cluster === undefined || isDataCluster(cluster) }
    if (cluster === undefined) warnOfLimit(checked.limits, adapter, this.logger)
    this.#progressListeners = eventListeners('onProgress', this.name, this.logger)
    this.#logListeners = eventListeners('onLog', this.name, this.logger)
    this.#workerListeners = eventListeners('onWorker', this.name, this.logger)
    this.#submission = {
      live: this.#live,
      signals: new TaskSignals((those, reason) => void this.#cancelFor(reason, those)),
      specs: { taskTimeout, onDropped: this.#warnOfDropped },
      sink: this.#sink,
      keepsResults: () => this.#keepsResults,
      settle: (task, state, outcome) => this.#settle(task, state, outcome),
    }
    this.#life = new ClusterLife({
      name: this.name,
      owned: cluster === undefined,
      create: () => cluster ?? clusterOf(runtime, adapter, checked),
      onWorker: (event) => this.#workerListeners.emit(event),
      onLog: (entry) => this.#logListeners.emit(undefined, entry),
      onError: (error) => this.logger.error(`daskflow: backend '${this.name}' could not be shut down properly:`, error),
    })
    if (buildTask !== undefined) this.buildTask = buildTask
    if (taskStateCb !== undefined) this.taskStateCb = taskStateCb
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
    await this.#life.start()
    // Awaiting a started backend must not start it again: from here on it is no thenable.
    Object.defineProperty(this, 'then', { value: undefined, configurable: true, writable: true })
    return this as Started<this>
  }

  /**
   * Submits a batch. Resolves when each of its tasks is accepted (with `maxQueue`: when there is room for the last), or
   * reported FAILED because it can never run; results come to the listeners.
   *
   * @throws {TaskValidationError} when the batch is malformed; then nothing of it is submitted
   * @throws {ClusterError} `ERR_NOT_STARTED`, `ERR_CLOSED`
   */
  async submitTasks(tasks: readonly TaskRecord[]): Promise<void> {
    let { cluster } = this.#life
    const claimed = claimBatch(tasks, this.#live)
    this.#links.handOver(claimed)
    if (this.buildTask !== BaseExecutionBackend.prototype.buildTask) {
      await this.#build(claimed)
      // It may have been shut down meanwhile; one that drains has its cluster still, and waits for these, too.
      cluster = this.#life.current ?? this.#life.cluster
    }
    let files: ReadonlyMap<LiveTask, SpecFiles> | undefined
    if (TravelingFiles.among(claimed)) {
      files = await this.#pack(claimed, cluster)
      cluster = this.#life.current ?? this.#life.cluster
    }
    const accepted = new Submission(this.#submission, files).submit(cluster, claimed)
    if (accepted !== undefined) await accepted
  }

  /** Whether the task was live and is now cancelled; its CANCELED was reported before this resolves. */
  async cancelTask(uid: string): Promise<boolean> {
    if (this.#life.closed) return false
    const { cluster } = this.#life
    const task = this.#live.task(uid)
    if (task === undefined) return false
    if (task.handle !== undefined) return (await cluster.cancel([task.handle])) > 0
    this.#settle(task, 'CANCELED')
    return true
  }

  /** Cancels all live tasks and answers how many there were. */
  async cancelAllTasks(): Promise<number> {
    return this.#life.closed ? 0 : this.#cancelAll(this.#life.cluster)
  }

  /** The words for the states, and a live view of the tasks that have not ended. */
  override getTaskStatesMap(): StateMapper {
    return new StateMapper(this, this.#live)
  }

  /** What a task reports through its context. Comes before the task's end. */
  onProgress(listener: (task: TaskRecord, progress: unknown) => void): Unsubscribe {
    return this.#progressListeners.add(listener)
  }

  /**
   * What a task logs through its context or prints on the console, which prints it all the same. Comes before the task's
   * end; without a task, where none was known to run in that worker.
   */
  onLog(listener: (task: TaskRecord | undefined, entry: LogEntry) => void): Unsubscribe {
    return this.#logListeners.add(listener)
  }

  /** Workers that were spawned, got ready, were lost or retired. */
  onWorker(listener: (event: WorkerEvent) => void): Unsubscribe {
    return this.#workerListeners.add(listener)
  }

  /** Whether it can run tasks now. */
  async state(): Promise<'CONNECTED' | 'DISCONNECTED'> {
    return this.#life.connected ? 'CONNECTED' : 'DISCONNECTED'
  }

  /**
   * Cancels what is live, each with its CANCELED, and ends the workers. With `drain`, what is live may end first, in
   * `timeout` milliseconds where that is given; meanwhile nothing more is taken. A further call without `drain` ends that,
   * too. May be called any number of times; `start` starts it again.
   *
   * Never rejects, and takes 5 s at most beyond that.
   */
  async shutdown(options?: ShutdownOptions): Promise<void> {
    const { drain = false, timeout } = options ?? {}
    // The task that is the last still has to be reported: its listeners are called before what follows here.
    const drained = drain ? this.#live.empty(timeout ?? undefined) : undefined
    const endTasks = async (cluster: Cluster) => {
      await this.#cancelAll(cluster)
      await this.#files.quiet()
    }
    await this.#life.stop(endTasks, drained)
  }

  /** Shuts it down: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown()
  }

  /**
   * As of every backend; `dstTask` is not submitted yet. What a task writes is there for others when it is DONE.
   *
   * @throws {TaskValidationError} for a `dstTask` that was submitted, too
   */
  override async linkExplicitDataDeps(dep: ExplicitDataDep): Promise<StagedFile | undefined> {
    if (dep.dstTask !== undefined) this.#links.refuseLive(dep.dstTask.uid, 'linkExplicitDataDeps({ dstTask })')
    return super.linkExplicitDataDeps(dep)
  }

  /**
   * `dstTask`, which is not submitted yet, will start when `srcTask` is done, and on its worker where that has room. When
   * that fails, it FAILs with a `DependencyFailureError`; when it is cancelled, it is, too.
   *
   * Both are records or uids; of a source that has ended or was not submitted yet, the record.
   *
   * @throws {TaskValidationError} for a uid of no live task as the source, and for a `dstTask` that was submitted
   */
  override async linkImplicitDataDeps(srcTask: TaskRecord | string, dstTask: TaskRecord | string): Promise<void> {
    this.#links.link(srcTask, dstTask)
  }

  async #cancelFor(reason: unknown, tasks: readonly LiveTask[]): Promise<void> {
    try {
      await this.#life.current?.cancel(
        tasks.flatMap(({ handle }) => handle ?? []),
        reason,
      )
    } catch (error) {
      this.logger.error(`daskflow: backend '${this.name}' could not cancel tasks whose signal aborted:`, error)
    }
  }

  async #cancelAll(cluster: Cluster): Promise<number> {
    const handles: TaskHandle[] = []
    let building = 0
    for (const task of this.#live.tasks()) {
      if (task.handle !== undefined) handles.push(task.handle)
      else if (!task.ended) {
        building++
        this.#settle(task, 'CANCELED')
      }
    }
    return building + (await cluster.cancel(handles))
  }

  #build(tasks: readonly LiveTask[]): Promise<void> {
    return buildAll(
      tasks,
      (record) => this.buildTask(record),
      (task, exception) => this.#settle(task, 'FAILED', { exception }),
    )
  }

  #pack(tasks: readonly LiveTask[], { sharesFiles = false }: Cluster): Promise<ReadonlyMap<LiveTask, SpecFiles>> {
    return this.#files.pack(tasks, { session: this.session, sharesFiles }, (task, exception) =>
      this.#settle(task, 'FAILED', { exception }),
    )
  }

  readonly #warnOfDropped = (fn: TaskFunction): void => {
    const name = nameOf(fn)
    if (this.#warned.has(name)) return
    this.#warned.add(name)
    this.logger.warn(`daskflow: promises among the arguments of '${name}' were dropped. Await them before you submit the task.`)
  }

  #refTo(handle: TaskHandle): ResultRef {
    this.#keepsResults = true
    return new ResultRef(handle.uid, { cluster: this.#life.current as DataCluster, handle })
  }

  #settle(task: LiveTask, state: TaskState, outcome?: Partial<TaskRecord>): void {
    this.#files.forget(task)
    const record = this.#live.end(task)
    if (record !== undefined) this.report(record, state, outcome)
  }

  /** Reports that it is done, once what it wrote is where others find it. */
  #done(task: LiveTask, returnValue: unknown): void {
    const done = () => this.#settle(task, 'DONE', returnValue === undefined ? undefined : { returnValue })
    const stored = this.#files.store(task)
    if (stored === undefined) done()
    else void stored.then(done, (exception: unknown) => this.#settle(task, 'FAILED', { exception }))
  }

  readonly #sink: TaskSink = {
    running: (handle) => this.report(taskOf(handle).record, 'RUNNING'),
    done: (handle, value) => this.#done(taskOf(handle), value),
    wrote: (handle, files) => this.#files.wrote(taskOf(handle), files),
    kept: (handle) => this.#done(taskOf(handle), this.#refTo(handle)),
    failed: (handle, exception) => this.#settle(taskOf(handle), 'FAILED', { exception }),
    dependencyFailed: (handle, failed) =>
      this.#settle(taskOf(handle), 'FAILED', { exception: dependencyError(handle.uid, failed) }),
    lost: () => {},
    canceled: (handle, cause) => {
      const { uid } = handle
      this.#settle(
        taskOf(handle),
        'CANCELED',
        cause === undefined ? undefined : { exception: new TaskCanceledError(`Task '${uid}' was cancelled`, { uid, cause }) },
      )
    },
    progress: (handle, progress) => this.#progressListeners.emit(taskOf(handle).record, progress),
    log: (handle, entry) => this.#logListeners.emit(taskOf(handle).record, entry),
  }
}

function taskOf(handle: TaskHandle): LiveTask {
  return handle.owner as LiveTask
}

// On the prototype, and declared on the class: a thenable that resolves to itself would be awaited for ever.
Object.defineProperty(BaseDaskExecutionBackend.prototype, 'then', {
  configurable: true,
  writable: true,
  value(this: BaseDaskExecutionBackend, ...handlers: Parameters<Promise<unknown>['then']>) {
    return this.start().then(...handlers)
  },
})
