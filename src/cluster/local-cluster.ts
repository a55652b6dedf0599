import type { WorkerExit } from '../core/adapter.js'
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
import { type Deferred, deferred } from '../core/deferred.js'
import { ClusterError } from '../core/errors.js'
import { createId } from '../core/ids.js'
import { Listeners, type Unsubscribe } from '../core/subscribable.js'
import type { LogEntry } from '../core/task-context.js'
import type { EventsMessage } from '../wire/protocol.js'
import { TIMING_STRIDE } from '../wire/protocol.js'
import { Admission } from './admission.js'
import { Delivery } from './delivery.js'
import { type FunctionEntry, FunctionTable } from './function-table.js'
import type { LocalClusterOptions } from './local-cluster-options.js'
import { ScheduledTask } from './scheduled-task.js'
import { Scheduler } from './scheduler.js'
import type { SchedulerEvent } from './scheduler-events.js'
import { type LocalTask, SchedulerLoop } from './scheduler-loop.js'
import type { SchedulerWorker } from './scheduler-worker.js'
import { ValueAccess } from './value-access.js'
import { WorkerPool } from './worker-pool.js'

// However long the grace: a shutdown has a bound.
const CLOSE_GRACE_MS = 4_000
// What follows it comes in a microtask; `queueMicrotask` costs several times as much in Node.
const NOW = Promise.resolve()

/**
 * A scheduler and its workers, in this process.
 *
 * Whatever happens here becomes an event for the scheduler; see `SchedulerLoop`.
 */
export class LocalCluster implements DataCluster {
  readonly sharesFiles: boolean
  readonly #scheduler: Scheduler
  readonly #pool: WorkerPool
  readonly #functions: FunctionTable
  /** Held, so that it is not forgotten. */
  readonly #setup: FunctionEntry | undefined
  readonly #loop: SchedulerLoop
  readonly #values: ValueAccess
  // A face passes these on to its user's listeners and answers for what those do; here is nobody to tell.
  readonly #workerListeners = new Listeners<[WorkerEvent]>(() => {})
  readonly #logListeners = new Listeners<[LogEntry]>(() => {})
  readonly #cancelGrace: number
  #maxQueue: number
  readonly #admission = new Admission<LocalTask>()
  #nextId = 0
  #starting: Deferred<void> | undefined
  #connected = false
  #closing: Promise<void> | undefined

  constructor({
    adapter,
    nWorkers,
    minWorkers = 1,
    idleTimeout = 60_000,
    maxTasksPerWorker,
    maxQueue = Number.POSITIVE_INFINITY,
    threadsPerWorker = 1,
    allowedFailures = 3,
    timeout = 30_000,
    cancelGrace = 100,
    memoryLimit,
    setup,
    resources = {},
    workerName,
    worker,
  }: LocalClusterOptions) {
    this.sharesFiles = adapter.sharesFiles === true
    this.#cancelGrace = cancelGrace
    this.#maxQueue = maxQueue
    this.#functions = new FunctionTable(adapter.functions, (ids) => this.#pool.forget(ids))
    this.#setup = setup === undefined ? undefined : this.#functions.entryOf(setup)
    this.#scheduler = new Scheduler({
      name: createId('dask'),
      maxWorkers: nWorkers ?? Math.max(minWorkers, adapter.parallelism),
      minWorkers,
      slots: threadsPerWorker,
      resources,
      ...(maxTasksPerWorker !== undefined && { maxTasks: maxTasksPerWorker }),
      allowedFailures,
    })
    this.#pool = new WorkerPool(
      {
        adapter,
        slots: threadsPerWorker,
        timeout,
        source: worker,
        memoryLimit,
        workerName,
        setup: this.#setup && { id: this.#setup.id, function: this.#setup.wire },
        functionOf: (id) => this.#functions.get(id)?.call,
      },
      {
        ready: (id) => this.#workerReady(id),
        unreadable: (worker) => this.#loop.dispatch([{ type: 'doubted', worker }]),
        ignored: (workerId, count) => this.#ignored(workerId, count),
        goodbye: (worker) => this.#loop.dispatch([{ type: 'goodbye', worker }]),
        lost: (id, exit) => this.#workerLost(id, exit),
        message: (id, message) => this.#receive(id, message),
        unsendable: (task, error) => this.#loop.refuse(task as LocalTask, error),
      },
    )
    this.#loop = new SchedulerLoop(this.#scheduler, this.#pool, {
      cancelGrace,
      idleTimeout,
      onWorker: (event) => this.#workerListeners.emit(event),
      takeIncoming: (all) => this.#admission.admit(all ? Number.POSITIVE_INFINITY : this.#maxQueue - this.#scheduler.waiting),
    })
    this.#values = new ValueAccess(this.#scheduler, this.#pool, this.#loop)
  }

  get connected(): boolean {
    return this.#connected && this.#scheduler.isAvailable
  }

  /**
   * Starts the first worker; the others come with the work.
   *
   * @throws {ClusterError} when it cannot be started, or the cluster is closed meanwhile
   */
  start(): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closed('The cluster is closed'))
    if (this.connected) return Promise.resolve()
    if (this.#starting === undefined) {
      this.#starting = deferred<void>()
      this.#loop.dispatch([{ type: 'opened' }])
    }
    return this.#starting.promise
  }

  /** From now on there are so many workers. Those that are too many finish what they run, and pass on the values they hold. */
  scale(workers: number): void {
    this.#loop.dispatch([{ type: 'scaled', workers }])
  }

  submitBatch(specs: readonly TaskSpec[], sink: TaskSink): SubmittedBatch {
    if (this.#closing !== undefined) throw closed('The cluster is closed')
    const handles = specs.map((spec) => new ScheduledTask(this.#nextId++, spec, sink, this.#functions.entryOf(spec.function)))
    if (this.#admission.isEmpty) void NOW.then(this.#wake)
    if (this.#maxQueue === Number.POSITIVE_INFINITY) {
      this.#admission.add(handles)
      return { handles }
    }
    return { handles, accepted: new Promise((resolve) => this.#admission.add(handles, resolve)) }
  }

  fetch(task: TaskHandle): Promise<unknown> {
    return this.#closing === undefined ? this.#values.fetch(task as LocalTask) : Promise.reject(closed('The cluster is closed'))
  }

  call(actor: TaskHandle, method: string, args: readonly unknown[]): Promise<unknown> {
    return this.#closing === undefined
      ? this.#values.call(actor as LocalTask, method, args)
      : Promise.reject(closed('The cluster is closed'))
  }

  release(tasks: Iterable<TaskHandle>): void {
    this.#values.release(tasks as Iterable<LocalTask>)
  }

  async scatter(scattered: ScatteredValue, sink: TaskSink): Promise<TaskHandle> {
    if (this.#closing !== undefined) throw closed('The cluster is closed')
    const task = ScheduledTask.ofValue(this.#nextId++, scattered, sink)
    await this.#values.scatter(task, scattered)
    return task
  }

  workers(): readonly WorkerInfo[] {
    return this.#scheduler.openWorkers().map(infoOf)
  }

  whoHas(tasks: readonly TaskHandle[]): readonly (readonly string[])[] {
    return tasks.map((task) => (task as LocalTask).result?.holders.map(({ id }) => id) ?? [])
  }

  get room(): number {
    return this.#maxQueue - this.#scheduler.waiting - this.#admission.size
  }

  async cancel(handles: Iterable<TaskHandle>, reason?: unknown): Promise<number> {
    const tasks: LocalTask[] = []
    for (const task of handles as Iterable<LocalTask>) if (task.live) tasks.push(task)
    if (tasks.length === 0) return 0
    this.#loop.dispatch([{ type: 'canceled', tasks, reason }])
    this.#admission.canceled()
    return tasks.length
  }

  /** Workers that were spawned, got ready, were lost or retired. */
  onWorker(listener: (event: WorkerEvent) => void): Unsubscribe {
    return this.#workerListeners.add(listener)
  }

  onLog(listener: (entry: LogEntry) => void): Unsubscribe {
    return this.#logListeners.add(listener)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#connected = false
    this.#settleStart(closed('The cluster was closed while it started'))
    // What waits outside ends with the rest.
    this.#maxQueue = Number.POSITIVE_INFINITY
    this.#loop.dispatch([{ type: 'closed' }])
    this.#values.fail(closed('The cluster was closed'))
    await this.#loop.quiet(Math.min(this.#cancelGrace, CLOSE_GRACE_MS))
    this.#loop.stop()
    await this.#pool.close()
  }

  readonly #wake = (): void => {
    if (!this.#admission.isEmpty) this.#loop.dispatch([])
  }

  #workerReady(id: string): void {
    this.#loop.ready(id)
    // It may have said goodbye before.
    if (this.#scheduler.worker(id)?.ready !== true) return
    this.#connected = this.#closing === undefined
    this.#settleStart(undefined)
    this.#values.opened()
    this.#workerListeners.emit({ type: 'ready', workerId: id })
  }

  #workerLost(id: string, exit: WorkerExit): void {
    this.#loop.lost(id, exit, { tell: this.#closing === undefined })
    if (this.#scheduler.exhausted === undefined) return
    this.#settleStart(exit.error)
    this.#values.fail(exit.error)
  }

  // A worker may send any number of them.
  #ignored(workerId: string, count: number): void {
    if (Number.isInteger(Math.log10(count))) this.#workerListeners.emit({ type: 'messageIgnored', workerId, count })
  }

  #settleStart(error: unknown): void {
    if (error === undefined) this.#starting?.resolve()
    else this.#starting?.reject(error)
    this.#starting = undefined
  }

  #receive(id: string, message: EventsMessage): void {
    const worker = this.#scheduler.worker(id)
    if (worker === undefined) return
    const delivery = new Delivery(message, worker, {
      porter: this.#loop.porter,
      onLog: (entry) => this.#logListeners.emit(entry),
    })
    const told = delivery.schedulerEvents()
    const [, timings] = message
    this.#loop.heard(id, Array.isArray(timings) ? [...this.#measured(timings), ...told] : told, () => delivery.deliver())
  }

  #measured(timings: readonly unknown[]): SchedulerEvent[] {
    const measured: SchedulerEvent[] = []
    for (let i = 0; i + TIMING_STRIDE <= timings.length; i += TIMING_STRIDE) {
      const group = this.#functions.get(timings[i])
      const [calls, ms] = [timings[i + 1] as number, timings[i + 2] as number]
      if (group !== undefined && calls > 0 && ms >= 0) measured.push({ type: 'measured', group, calls, ms })
    }
    return measured
  }
}

function closed(message: string): ClusterError {
  return new ClusterError(message, { code: 'ERR_CLOSED' })
}

function infoOf({ id, slots, assigned, expecting, values }: SchedulerWorker): WorkerInfo {
  const bytes = [...values].reduce((sum, { result }) => sum + (result?.size ?? 0), 0)
  return { id, nthreads: slots, processing: assigned.size + expecting.size, values: values.size, bytes }
}
