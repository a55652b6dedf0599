import type { WorkerAdapter, WorkerExit, WorkerSource } from '../core/adapter.js'
import type { Amounts } from '../core/amounts.js'
import type { Cluster, SubmittedBatch, TaskHandle, TaskSink, TaskSpec, WorkerEvent } from '../core/cluster.js'
import { ClusterError } from '../core/errors.js'
import { createId } from '../core/ids.js'
import { Listeners, type Unsubscribe } from '../core/subscribable.js'
import type { EventsMessage } from '../wire/protocol.js'
import { TIMING_STRIDE } from '../wire/protocol.js'
import { Delivery } from './delivery.js'
import { FunctionTable } from './function-table.js'
import { ScheduledTask } from './scheduled-task.js'
import { Scheduler } from './scheduler.js'
import type { SchedulerEvent } from './scheduler-events.js'
import { type LocalTask, SchedulerLoop } from './scheduler-loop.js'
import { WorkerPool } from './worker-pool.js'

// However long the grace: a shutdown has a bound.
const CLOSE_GRACE_MS = 4_000
// What follows it comes in a microtask; `queueMicrotask` costs several times as much in Node.
const NOW = Promise.resolve()

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
  /** Milliseconds that a cancelled task has to end, before its worker is replaced. Default 100. */
  readonly cancelGrace?: number | undefined
  /** What each worker has. Default: nothing. */
  readonly resources?: Amounts | undefined
  /** The user's own worker. */
  readonly worker?: WorkerSource | undefined
}

/**
 * A scheduler and its workers, in this process.
 *
 * Whatever happens here becomes an event for the scheduler; see `SchedulerLoop`.
 */
export class LocalCluster implements Cluster {
  readonly #scheduler: Scheduler
  readonly #pool: WorkerPool
  readonly #functions: FunctionTable
  readonly #loop: SchedulerLoop
  // A face passes these on to its user's listeners and answers for what those do; here is nobody to tell.
  readonly #workerListeners = new Listeners<[WorkerEvent]>(() => {})
  readonly #cancelGrace: number
  #incoming: LocalTask[] = []
  #nextId = 0
  #starting: { readonly promise: Promise<void>; resolve(): void; reject(error: unknown): void } | undefined
  #connected = false
  #closing: Promise<void> | undefined

  constructor({
    adapter,
    nWorkers,
    threadsPerWorker = 1,
    allowedFailures = 3,
    timeout = 30_000,
    cancelGrace = 100,
    resources = {},
    worker,
  }: LocalClusterOptions) {
    this.#cancelGrace = cancelGrace
    this.#functions = new FunctionTable(adapter.functions, (ids) => this.#pool.forget(ids))
    this.#scheduler = new Scheduler({
      name: createId('dask'),
      maxWorkers: nWorkers ?? adapter.parallelism,
      minWorkers: 1,
      slots: threadsPerWorker,
      resources,
      allowedFailures,
    })
    this.#pool = new WorkerPool(
      { adapter, slots: threadsPerWorker, timeout, source: worker, functionOf: (id) => this.#functions.get(id)?.call },
      {
        ready: (id) => this.#workerReady(id),
        unreadable: (worker) => this.#loop.dispatch([{ type: 'doubted', worker }]),
        goodbye: (worker) => this.#loop.dispatch([{ type: 'goodbye', worker }]),
        lost: (id, exit) => this.#workerLost(id, exit),
        message: (id, message) => this.#receive(id, message),
        unsendable: (task, error) => this.#loop.refuse(task as LocalTask, error),
      },
    )
    this.#loop = new SchedulerLoop(this.#scheduler, this.#pool, cancelGrace, (event) => this.#workerListeners.emit(event))
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
      this.#starting = deferred()
      this.#loop.dispatch([{ type: 'opened' }])
    }
    return this.#starting.promise
  }

  submitBatch(specs: readonly TaskSpec[], sink: TaskSink): SubmittedBatch {
    if (this.#closing !== undefined) throw closed('The cluster is closed')
    const handles = specs.map((spec) => new ScheduledTask(this.#nextId++, spec, sink, this.#functions.entryOf(spec.function)))
    // Not at once: many small batches of one turn go to the workers as one.
    if (this.#incoming.length === 0) void NOW.then(this.#submitIncoming)
    for (const task of handles) this.#incoming.push(task)
    return { handles }
  }

  async cancel(handles: Iterable<TaskHandle>, reason?: unknown): Promise<number> {
    const tasks = ([...handles] as LocalTask[]).filter((task) => task.live)
    if (tasks.length > 0) this.#loop.dispatch([{ type: 'canceled', tasks, reason }])
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
    this.#settleStart(closed('The cluster was closed while it started'))
    this.#submitIncoming()
    this.#loop.dispatch([{ type: 'closed' }])
    await this.#loop.quiet(Math.min(this.#cancelGrace, CLOSE_GRACE_MS))
    this.#loop.stop()
    await this.#pool.close()
  }

  readonly #submitIncoming = (): void => {
    const tasks = this.#incoming
    if (tasks.length === 0) return
    this.#incoming = []
    this.#loop.dispatch([{ type: 'submitted', tasks }])
  }

  #workerReady(id: string): void {
    this.#loop.ready(id)
    // It may have said goodbye before.
    if (this.#scheduler.worker(id)?.ready !== true) return
    this.#connected = this.#closing === undefined
    this.#settleStart(undefined)
    this.#workerListeners.emit({ type: 'ready', workerId: id })
  }

  #workerLost(id: string, exit: WorkerExit): void {
    this.#loop.lost(id, exit, { tell: this.#closing === undefined })
    if (this.#scheduler.exhausted !== undefined) this.#settleStart(exit.error)
  }

  #settleStart(error: unknown): void {
    if (error === undefined) this.#starting?.resolve()
    else this.#starting?.reject(error)
    this.#starting = undefined
  }

  #receive(id: string, message: EventsMessage): void {
    const worker = this.#scheduler.worker(id)
    if (worker === undefined) return
    const delivery = new Delivery(message, worker)
    const told = delivery.schedulerEvents()
    const [, timings] = message
    this.#loop.heard(id, Array.isArray(timings) ? [...this.#measured(timings), ...told] : told)
    delivery.deliver()
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

function deferred() {
  let resolve: () => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<void>((...settle) => {
    ;[resolve, reject] = settle
  })
  return { promise, resolve, reject }
}
