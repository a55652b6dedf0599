import type { WorkerAdapter, WorkerExit, WorkerSource } from '../core/adapter.js'
import type { Cluster, SubmittedBatch, TaskHandle, TaskSink, TaskSpec, WorkerEvent } from '../core/cluster.js'
import { ClusterError, type TaskValidationError } from '../core/errors.js'
import { createId } from '../core/ids.js'
import { Listeners, type Unsubscribe } from '../core/subscribable.js'
import type { Events, Timings } from '../wire/protocol.js'
import { TIMING_STRIDE } from '../wire/protocol.js'
import { Alarms } from './alarms.js'
import { Delivery, deliverDecision, failTask } from './delivery.js'
import { type FunctionEntry, FunctionTable } from './function-table.js'
import { GraceWatch } from './grace-watch.js'
import { ScheduledTask } from './scheduled-task.js'
import { Scheduler } from './scheduler.js'
import type { Decision, SchedulerEvent } from './scheduler-events.js'
import { SilenceWatch } from './silence-watch.js'
import { WorkerPool } from './worker-pool.js'

// A worker that others' tasks run in, beside one that should have ended, answers within this time or is taken for blocked.
const ANSWER_MS = 500
// However long the grace: a shutdown has a bound.
const CLOSE_GRACE_MS = 4_000

/** A task as it goes through this cluster: the scheduler's, with the function that the pool posts. */
type LocalTask = ScheduledTask<FunctionEntry>

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
  readonly #functions: FunctionTable
  readonly #watch = new SilenceWatch((worker, silent) => this.#tick(worker, silent))
  // A face passes these on to its user's listeners and answers for what those do; here is nobody to tell.
  readonly #workerListeners = new Listeners<[WorkerEvent]>(() => {})
  readonly #alarms = new Alarms()
  readonly #graces: GraceWatch
  readonly #cancelGrace: number
  #incoming: LocalTask[] = []
  #nextId = 0
  /** Events that came while others were being handled. */
  #pending: (readonly SchedulerEvent[])[] | undefined
  /** What happened before the decisions that are being carried out, and is still to be told. */
  #unsendable: [LocalTask, TaskValidationError][] = []
  #lost: WorkerEvent[] = []
  #starting: { readonly promise: Promise<void>; resolve(): void; reject(error: unknown): void } | undefined
  #connected = false
  #closing: Promise<void> | undefined
  /** While it closes: nothing is held any more. */
  #onQuiet: (() => void) | undefined

  constructor({
    adapter,
    nWorkers,
    threadsPerWorker = 1,
    allowedFailures = 3,
    timeout = 30_000,
    cancelGrace = 100,
    worker,
  }: LocalClusterOptions) {
    this.#cancelGrace = cancelGrace
    this.#graces = new GraceWatch(cancelGrace, this.#alarms, (worker, tasks) =>
      this.#dispatch({ type: 'overdue', worker, tasks }),
    )
    this.#functions = new FunctionTable(adapter.functions, (ids) => this.#pool.forget(ids))
    this.#scheduler = new Scheduler({
      name: createId('dask'),
      maxWorkers: nWorkers ?? adapter.parallelism,
      minWorkers: 1,
      slots: threadsPerWorker,
      allowedFailures,
    })
    this.#pool = new WorkerPool(
      { adapter, slots: threadsPerWorker, timeout, source: worker, functionOf: (id) => this.#functions.get(id)?.call },
      {
        ready: (id) => this.#workerReady(id),
        unreadable: (worker) => this.#dispatch({ type: 'doubted', worker }),
        goodbye: (worker) => this.#dispatch({ type: 'goodbye', worker }),
        lost: (id, exit) => this.#workerLost(id, exit),
        message: (id, events, timings) => this.#receive(id, events, timings),
        unsendable: (task, error) => this.#refuse(task as LocalTask, error),
      },
    )
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
      this.#dispatch({ type: 'opened' })
    }
    return this.#starting.promise
  }

  submitBatch(specs: readonly TaskSpec[], sink: TaskSink): SubmittedBatch {
    if (this.#closing !== undefined) throw closed('The cluster is closed')
    const handles = specs.map((spec) => new ScheduledTask(this.#nextId++, spec, sink, this.#functions.entryOf(spec.function)))
    // Not at once: many small batches of one turn go to the workers as one.
    if (this.#incoming.length === 0) queueMicrotask(() => this.#submitIncoming())
    for (const task of handles) this.#incoming.push(task)
    return { handles }
  }

  async cancel(handles: Iterable<TaskHandle>, reason?: unknown): Promise<number> {
    const tasks = ([...handles] as LocalTask[]).filter((task) => task.live)
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
    this.#settleStart(closed('The cluster was closed while it started'))
    this.#submitIncoming()
    this.#dispatch({ type: 'closed' })
    await this.#quiet()
    this.#alarms.clear()
    await this.#pool.close()
  }

  /** Resolves when the cancelled tasks have ended, or had their time to. */
  #quiet(): Promise<void> {
    if (!this.#scheduler.busy) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(this.#cancelGrace, CLOSE_GRACE_MS))
      this.#onQuiet = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #submitIncoming(): void {
    const tasks = this.#incoming
    if (tasks.length === 0) return
    this.#incoming = []
    this.#dispatch({ type: 'submitted', tasks })
  }

  #workerReady(id: string): void {
    this.#dispatch({ type: 'workerReady', worker: id })
    // It may have said goodbye before.
    if (this.#scheduler.worker(id)?.ready !== true) return
    this.#connected = this.#closing === undefined
    this.#noteLoad(id)
    this.#settleStart(undefined)
    this.#workerListeners.emit({ type: 'ready', workerId: id })
  }

  #workerLost(id: string, exit: WorkerExit): void {
    const { reason, error } = exit
    this.#watch.idle(id)
    if (this.#closing === undefined) this.#lost.push({ type: 'lost', workerId: id, reason, error })
    this.#dispatch({ type: 'workerLost', worker: id, exit })
    this.#graces.check(id)
    if (this.#scheduler.exhausted !== undefined) this.#settleStart(error)
  }

  #settleStart(error: unknown): void {
    if (error === undefined) this.#starting?.resolve()
    else this.#starting?.reject(error)
    this.#starting = undefined
  }

  #receive(id: string, events: Events, timings: Timings): void {
    const worker = this.#scheduler.worker(id)
    if (worker === undefined) return
    this.#watch.heard(id)
    const delivery = new Delivery(events, worker)
    this.#dispatch(...this.#measured(timings), ...delivery.schedulerEvents())
    this.#noteLoad(id)
    this.#graces.check(id)
    delivery.deliver()
  }

  #measured(timings: Timings): readonly SchedulerEvent[] {
    const measured: SchedulerEvent[] = []
    for (let i = 0; i + TIMING_STRIDE <= timings.length; i += TIMING_STRIDE) {
      const group = this.#functions.get(timings[i])
      const [calls, ms] = [timings[i + 1] as number, timings[i + 2] as number]
      if (group !== undefined && calls > 0 && ms >= 0) measured.push({ type: 'measured', group, calls, ms })
    }
    return measured
  }

  #tick(worker: string, silent: boolean): void {
    const tick: SchedulerEvent = { type: 'tick', worker }
    this.#dispatch(...(silent ? [{ type: 'silent', worker } as const, tick] : [tick]))
  }

  #refuse(task: LocalTask, error: TaskValidationError): void {
    this.#unsendable.push([task, error])
    this.#dispatch({ type: 'failed', tasks: [task] })
  }

  // An idle worker must not keep the process alive; one that holds tasks must.
  #noteLoad(id: string): void {
    const busy = (this.#scheduler.worker(id)?.assigned.size ?? 0) > 0
    this.#pool.hold(id, busy)
    if (busy) this.#watch.busy(id)
    else this.#watch.idle(id)
  }

  #dispatch(...events: readonly SchedulerEvent[]): void {
    if (this.#pending !== undefined) {
      this.#pending.push(events)
      return
    }
    this.#pending = [events]
    const later: Decision[] = []
    const assigned = new Set<string>()
    try {
      for (const next of this.#pending) {
        for (const decision of this.#scheduler.handle(...next)) {
          this.#carryOut(decision)
          later.push(decision)
          if (decision.type === 'assign') assigned.add(decision.worker)
        }
      }
    } finally {
      this.#pending = undefined
    }
    // Not when they were posted: some may have come back as what cannot be sent.
    for (const id of assigned) this.#noteLoad(id)
    if (this.#onQuiet !== undefined && !this.#scheduler.busy) this.#onQuiet()
    this.#tell(later)
  }

  /** What concerns the workers. */
  #carryOut(decision: Decision): void {
    switch (decision.type) {
      case 'spawn':
        this.#pool.spawn(decision.worker, decision.delayMs)
        break
      case 'assign':
        this.#pool.post(decision.worker, decision.tasks as LocalTask[])
        break
      case 'abort':
        this.#abort(decision)
        break
      case 'takeBack':
        this.#takeBack(decision)
        break
      case 'recall':
        this.#pool.recall(decision.worker)
        this.#alarms.set(ANSWER_MS, () => this.#dispatch({ type: 'recallDue', worker: decision.worker }))
        break
      case 'terminate':
        this.#pool.terminate(decision.worker)
        break
    }
  }

  #takeBack({ worker, tasks }: Extract<Decision, { type: 'takeBack' }>): void {
    const back = this.#pool.takeBack(worker, tasks)
    if (back === undefined) this.#pool.recall(worker)
    else if (back.length > 0) this.#dispatch({ type: 'returned', tasks: back })
  }

  // Those that had not started are through; the others are told, and given their time.
  #abort({ worker, tasks, reason }: Extract<Decision, { type: 'abort' }>): void {
    const back = new Set(this.#pool.takeBack(worker, tasks))
    if (back.size > 0) this.#dispatch({ type: 'returned', tasks: [...back] })
    const started = tasks.filter((task) => !back.has(task))
    if (started.length === 0) return
    const ids = started.map((task) => task.id)
    this.#pool.abort(worker, ids, reason)
    this.#graces.begin(worker, started)
  }

  /** What concerns others. */
  #tell(decisions: readonly Decision[]): void {
    const unsendable = this.#unsendable
    this.#unsendable = []
    const lost = this.#lost
    this.#lost = []
    for (const event of lost) this.#workerListeners.emit(event)
    for (const [task, error] of unsendable) failTask(task, error)
    for (const decision of decisions) {
      if (decision.type === 'spawn') this.#workerListeners.emit({ type: 'spawned', workerId: decision.worker })
      else deliverDecision(decision)
    }
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
