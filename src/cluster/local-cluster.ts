import type { WorkerAdapter, WorkerExit, WorkerSource } from '../core/adapter.js'
import type { Cluster, TaskHandle, TaskSink, TaskSpec, WorkerEvent } from '../core/cluster.js'
import { ClusterError, type TaskValidationError } from '../core/errors.js'
import { createId } from '../core/ids.js'
import { Listeners, type Unsubscribe } from '../core/subscribable.js'
import type { Events, Timings } from '../wire/protocol.js'
import { TIMING_STRIDE } from '../wire/protocol.js'
import { Delivery, deliverDecision, failTask } from './delivery.js'
import { FunctionTable } from './function-table.js'
import type { PoolTask } from './pool-worker.js'
import { ScheduledTask } from './scheduled-task.js'
import { type Decision, Scheduler, type SchedulerEvent } from './scheduler.js'
import { WorkerPool } from './worker-pool.js'

export interface LocalClusterOptions {
  readonly adapter: WorkerAdapter
  /** Default: what makes use of the machine. */
  readonly nWorkers?: number | undefined
  /** Tasks that a worker runs at a time. Default 1. */
  readonly threadsPerWorker?: number | undefined
  /** How many lost workers a started task survives. Default 3. */
  readonly allowedFailures?: number | undefined
  /** Milliseconds that a worker has to get ready. Default 30,000. */
  readonly timeout?: number | undefined
  /** The user's own worker. */
  readonly worker?: WorkerSource | undefined
}

/**
 * A scheduler and its workers, in this process.
 *
 * Everything that happens becomes an event for the scheduler; what it decides is carried out here. The sinks hear of it
 * last, when the books are in order and the workers have their next tasks: they are other people's code.
 */
export class LocalCluster implements Cluster {
  readonly #scheduler: Scheduler
  readonly #pool: WorkerPool
  readonly #functions = new FunctionTable()
  readonly #workerListeners = new Listeners<[WorkerEvent]>(() => {})
  #incoming: PoolTask[] = []
  #nextId = 0
  /** Events that came while one was being handled. */
  #events: SchedulerEvent[] | undefined
  #unsendable: [PoolTask, TaskValidationError][] = []
  #starting: { resolve(): void; reject(error: unknown): void } | undefined
  #connected = false
  #closing: Promise<void> | undefined

  constructor({ adapter, nWorkers, threadsPerWorker = 1, allowedFailures = 3, timeout = 30_000, worker }: LocalClusterOptions) {
    this.#scheduler = new Scheduler({
      name: createId('dask'),
      maxWorkers: nWorkers ?? adapter.parallelism,
      minWorkers: 1,
      slots: threadsPerWorker,
      allowedFailures,
    })
    this.#pool = new WorkerPool(
      { adapter, slots: threadsPerWorker, timeout, source: worker },
      {
        ready: (id) => this.#workerReady(id),
        lost: (id, exit) => this.#workerLost(id, exit),
        message: (id, events, timings) => this.#receive(id, events, timings),
        unsendable: (task, error) => this.#refuse(task, error),
      },
    )
  }

  get connected(): boolean {
    return this.#connected && !this.#scheduler.stranded
  }

  /**
   * Starts the first worker; the others come with the work. Once.
   *
   * @throws {ClusterError} when it cannot be started, or the cluster is closed meanwhile
   */
  async start(): Promise<void> {
    const started = new Promise<void>((resolve, reject) => {
      this.#starting = { resolve, reject }
    })
    this.#dispatch({ type: 'opened' })
    try {
      await started
      this.#connected = true
    } catch (error) {
      void this.close()
      throw error
    }
  }

  submitBatch(specs: readonly TaskSpec[], sink: TaskSink): readonly TaskHandle[] {
    if (this.#closing !== undefined) throw new ClusterError('The cluster is closed', { code: 'ERR_CLOSED' })
    const tasks = specs.map((spec) => new ScheduledTask(this.#nextId++, spec, sink, this.#functions.entryOf(spec.function)))
    // Not at once: many small batches of one turn go to the workers as one.
    if (this.#incoming.length === 0) queueMicrotask(() => this.#submitIncoming())
    for (const task of tasks) this.#incoming.push(task)
    return tasks
  }

  async cancel(handles: Iterable<TaskHandle>, reason?: unknown): Promise<number> {
    const tasks = ([...handles] as PoolTask[]).filter((task) => task.live)
    if (tasks.length > 0) this.#dispatch({ type: 'canceled', tasks, reason })
    return tasks.length
  }

  onWorker(listener: (event: WorkerEvent) => void): Unsubscribe {
    return this.#workerListeners.add(listener)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#connected = false
    this.#starting?.reject(new ClusterError('The cluster was closed while it started', { code: 'ERR_CLOSED' }))
    this.#starting = undefined
    this.#submitIncoming()
    this.#dispatch({ type: 'closed' })
    await this.#pool.close()
  }

  #submitIncoming(): void {
    const tasks = this.#incoming
    if (tasks.length === 0) return
    this.#incoming = []
    this.#dispatch({ type: 'submitted', tasks })
  }

  #workerReady(id: string): void {
    this.#dispatch({ type: 'workerReady', worker: id })
    this.#holdIfBusy(id)
    this.#starting?.resolve()
    this.#starting = undefined
    this.#workerListeners.emit({ type: 'ready', workerId: id })
  }

  #workerLost(id: string, exit: WorkerExit): void {
    if (this.#closing !== undefined) return
    const { reason, error } = exit
    if (this.#starting !== undefined) {
      const what = error instanceof Error ? `${error.name}: ${error.message}` : `it ${reason === 'error' ? 'failed' : reason}`
      this.#starting.reject(new ClusterError(`The first worker could not be started. ${what}`, { cause: error }))
      this.#starting = undefined
      return
    }
    this.#dispatch({ type: 'workerLost', worker: id, exit })
    this.#workerListeners.emit({ type: 'lost', workerId: id, reason, error })
  }

  #receive(id: string, events: Events, timings: Timings): void {
    const worker = this.#scheduler.worker(id)
    if (worker === undefined) return
    for (let i = 0; i + TIMING_STRIDE <= timings.length; i += TIMING_STRIDE) {
      this.#functions.measured(timings[i] as number, timings[i + 1] as number, timings[i + 2] as number)
    }
    const delivery = new Delivery(events, worker)
    for (const event of delivery.schedulerEvents()) this.#dispatch(event)
    this.#holdIfBusy(id)
    delivery.deliver()
  }

  #refuse(task: PoolTask, error: TaskValidationError): void {
    this.#unsendable.push([task, error])
    this.#dispatch({ type: 'failed', tasks: [task] })
  }

  // An idle worker must not keep the process alive; one that holds tasks must.
  #holdIfBusy(id: string): void {
    this.#pool.hold(id, (this.#scheduler.worker(id)?.assigned.size ?? 0) > 0)
  }

  #dispatch(event: SchedulerEvent): void {
    if (this.#events !== undefined) {
      this.#events.push(event)
      return
    }
    this.#events = [event]
    const settled: Decision[] = []
    for (const next of this.#events) {
      for (const decision of this.#scheduler.handle(next)) {
        if (!this.#carryOut(decision)) settled.push(decision)
      }
    }
    this.#events = undefined
    const unsendable = this.#unsendable
    this.#unsendable = []
    for (const [task, error] of unsendable) failTask(task, error)
    for (const decision of settled) deliverDecision(decision)
  }

  /** What concerns the workers is done at once; `false` for what concerns the sinks. */
  #carryOut(decision: Decision): boolean {
    switch (decision.type) {
      case 'spawn':
        this.#pool.spawn(decision.worker)
        this.#workerListeners.emit({ type: 'spawned', workerId: decision.worker })
        return true
      case 'assign':
        this.#pool.hold(decision.worker, true)
        this.#pool.post(decision.worker, decision.tasks as PoolTask[])
        return true
      case 'abort':
        this.#pool.abort(
          decision.worker,
          decision.tasks.map((task) => task.id),
          decision.reason,
        )
        return true
      default:
        return false
    }
  }
}
