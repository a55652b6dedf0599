import type { WorkerExit } from '../core/adapter.js'
import type { SmallValue } from '../wire/weigh.js'
import type { Flight } from './flight.js'
import { KeptTasks } from './kept-tasks.js'
import { Replacement } from './replacement.js'
import type { ScheduledTask, TaskGroup } from './scheduled-task.js'
import type { Decision, SchedulerEvent } from './scheduler-events.js'
import type { SchedulerWorker } from './scheduler-worker.js'
import { TaskLedger } from './task-ledger.js'
import { Values } from './values.js'
import { WorkerSupply, type WorkerSupplyOptions } from './worker-supply.js'

export interface SchedulerOptions extends WorkerSupplyOptions {
  /** How many lost workers a started task survives. */
  readonly allowedFailures: number
}

/**
 * Decides which worker runs which task when. Events in, decisions out: no I/O, no clock, nothing of a runtime; the same
 * events make the same decisions. It alone changes the tasks it is given.
 */
export class Scheduler {
  readonly #allowedFailures: number
  readonly #workers: WorkerSupply
  readonly #values: Values
  readonly #tasks: TaskLedger
  readonly #kept: KeptTasks
  readonly #replacement: Replacement
  #decisions: Decision[] = []
  readonly #decide = (decision: Decision): void => void this.#decisions.push(decision)

  constructor(options: SchedulerOptions) {
    this.#allowedFailures = options.allowedFailures
    this.#workers = new WorkerSupply(options)
    this.#values = new Values(this.#decide)
    this.#tasks = new TaskLedger({
      decide: this.#decide,
      values: this.#values,
      resources: options.resources,
      hasWorker: (id) => this.#workers.has(id),
    })
    this.#kept = new KeptTasks(this.#tasks, this.#values, this.#decide)
    this.#replacement = new Replacement(this.#workers, this.#tasks, this.#kept, this.#decide)
  }

  worker(id: string): SchedulerWorker | undefined {
    return this.#workers.get(id)
  }

  /** Those that take tasks, the one with the fewest values first. */
  openWorkers(): SchedulerWorker[] {
    return [...this.#workers.all()].filter(({ isOpen }) => isOpen).sort((a, b) => a.values.size - b.values.size)
  }

  /** Whether it can run tasks now, as far as can be known. */
  get isAvailable(): boolean {
    return this.#workers.isAvailable
  }

  /** Why it cannot have workers; `undefined` while it has one, or hope of one. */
  get exhausted(): WorkerExit | undefined {
    return this.#workers.exhausted
  }

  /** Whether something is ready or with a worker. */
  get busy(): boolean {
    return this.#tasks.active > 0
  }

  /** How many tasks are ready and with no worker. */
  get waiting(): number {
    return this.#tasks.waiting
  }

  /** Takes what happened at one time, and decides once. */
  handle(events: readonly SchedulerEvent[]): Decision[] {
    this.#decisions = []
    for (const event of events) this.#apply(event)
    this.#kept.sweep()
    this.#workers.retireUsedUp()
    this.#replacement.evacuate()
    this.#replacement.endStuck()
    if (this.#workers.becameFewer()) this.#tasks.failForsaken()
    this.#tasks.place(this.#workers.all())
    this.#values.flush()
    this.#workers.spawn(this.#tasks.active, this.#decisions)
    const { exhausted } = this.#workers
    if (exhausted !== undefined) this.#tasks.strand(exhausted)
    return this.#decisions
  }

  #apply(event: SchedulerEvent): void {
    switch (event.type) {
      case 'opened':
        this.#workers.open()
        break
      case 'scaled':
        this.#workers.scale(event.workers)
        break
      case 'workerWanted':
        this.#workers.oneMore()
        this.#workers.workerWanted = true
        break
      case 'submitted':
        // Each batch is worth one more try.
        this.#workers.oneMore()
        for (const task of event.tasks) this.#tasks.submit(task)
        break
      case 'workerReady':
        this.#workers.ready(event.worker)
        break
      case 'goodbye':
        this.#goodbye(event.worker)
        break
      case 'workerLost':
        this.#workerLost(event.worker, event.exit, event.running)
        break
      case 'started':
        for (const task of event.tasks) {
          task.started = true
          this.#tasks.begin(task)
        }
        break
      case 'silent':
        this.#silent(event.worker, event.running)
        break
      case 'tick':
        this.#takeBackLate(event.worker)
        break
      case 'measured':
        measure(event.group, event.calls, event.ms)
        break
      case 'done':
        for (const task of event.tasks) if (this.#through(task)) this.#tasks.done(task)
        break
      case 'kept':
        for (const [i, task] of event.tasks.entries()) this.#throughWithKept(task, event.made[i] ?? 0)
        break
      case 'wanted':
        this.#kept.want(event.task)
        break
      case 'released':
        for (const task of event.tasks) this.#values.release(task)
        break
      case 'scattered':
        this.#kept.scattered(
          event.task,
          event.made,
          event.workers.flatMap((id) => this.#workers.get(id) ?? []),
        )
        break
      case 'landed':
        for (const task of this.#values.landed(event.flight)) task.worker?.assign(task)
        break
      case 'grounded':
        this.#grounded(event.flight, event.error)
        break
      case 'failed':
        for (const task of event.tasks) if (this.#through(task)) this.#tasks.threw(task)
        break
      case 'refused':
        for (const task of event.tasks) if (this.#tasks.leave(task) && task.live) this.#tasks.fail(task)
        break
      case 'canceled':
        this.#tasks.cancel(event.tasks, event.reason)
        break
      case 'timedOut':
        this.#tasks.timeOut(event.tasks)
        break
      case 'doubted':
        this.#replacement.doubted(event.worker)
        break
      case 'overdue':
        this.#replacement.overdue(event.worker, event.tasks)
        break
      case 'returned':
        // Backwards, each to the front, as when a worker is lost. They never ran, so that it was no attempt.
        for (const task of event.tasks.toReversed()) {
          if (this.#tasks.leave(task) && task.live) this.#tasks.takeBack(task, { ran: false })
        }
        break
      case 'recalled':
        this.#replacement.recalled(event.worker)
        break
      case 'recallDue':
        this.#replacement.recallDue(event.worker)
        break
      case 'idle':
        for (const id of event.workers) this.#idle(id)
        break
      case 'closed':
        this.#workers.close()
        this.#tasks.cancel(this.#reachable(), undefined)
        break
    }
  }

  /** Everything live: what is not here or on a worker depends on something that is. */
  #reachable(): ScheduledTask[] {
    const held = [...this.#workers.all()].flatMap((worker) => [...worker.assigned.values(), ...worker.expecting])
    return [...this.#tasks.ready(), ...held]
  }

  /** Its worker is through with it. Answers whether it is live and was there: a worker may say what it likes. */
  #through(task: ScheduledTask): boolean {
    const { worker } = task
    if (worker === undefined || !this.#tasks.leave(task)) return false
    this.#workers.proven(worker)
    worker.wasThrough()
    return task.live
  }

  #throughWithKept(task: ScheduledTask, made: SmallValue | number): void {
    const { worker } = task
    if (worker === undefined) return
    if (this.#through(task)) this.#kept.done(task, worker, made)
    else if (typeof made === 'number') this.#values.unwanted(task, worker)
  }

  #grounded(flight: Flight, error: unknown): void {
    const { value, from, to } = flight
    const waiting = this.#values.refused(flight)
    if (to === undefined) this.#decide({ type: 'unsendable', task: value, error })
    this.#kept.failInputs(waiting, error)
    // It cannot leave, and the worker must.
    if (from.retiring && !from.isBusy) this.#kept.lose(this.#values.forget(value, from, { reason: 'terminated', error }))
  }

  // What it holds is safe: it is gone in a moment, and what it ran is known.
  #goodbye(id: string): void {
    const worker = this.#workers.get(id)
    if (worker !== undefined) worker.saidGoodbye = true
  }

  #workerLost(id: string, exit: WorkerExit, running: readonly ScheduledTask[] | undefined): void {
    const worker = this.#workers.get(id)
    if (worker === undefined) return
    const ran = running === undefined ? worker.runsSomething : running.length > 0
    this.#workers.lost(worker, exit, ran)
    // One that ran nothing and ended all the same does not know why either.
    const culprits = running?.length ? running : undefined
    const known = culprits !== undefined || (worker.saidGoodbye && worker.runsSomething)
    this.#kept.workerLost(worker, exit)
    for (const task of this.#tasks.clear(worker)) this.#recover(task, exit, { known, culprits, told: running !== undefined })
  }

  /**
   * A task whose worker was lost. `known`: others than `culprits`, and than what is known to have started, are innocent.
   * `told`: what had not started is not among these.
   */
  #recover(task: ScheduledTask, exit: WorkerExit, { known, culprits, told }: Blame): void {
    // Of several that ran, any may be the cause: each gets a worker for itself, uncharged the first time.
    const suspected = culprits?.includes(task) === true
    // A suspect was by itself there, so that it had started whether it was heard of or not.
    const blamed = task.started || (task.suspect && !known) || (suspected && culprits?.length === 1)
    if (blamed) task.losses++
    task.suspect ||= blamed || suspected || !known
    if (task.transfer === undefined && task.losses > this.#allowedFailures) this.#tasks.kill(task, exit)
    else this.#tasks.move(task, exit, { ran: blamed || told || !known })
  }

  #idle(id: string): void {
    const worker = this.#workers.get(id)
    if (worker?.isOpen !== true || worker.isBusy || worker.actors > 0 || !this.#workers.isTooMany(this.#tasks.active)) return
    if (worker.values.size > 0) {
      // What lies there goes to another first.
      this.#workers.retire(worker, 'idle')
      return
    }
    this.#workers.remove(worker)
    this.#decisions.push({ type: 'terminate', worker: id, tasks: [], why: 'idle' })
  }

  #silent(id: string, running: readonly ScheduledTask[] | undefined): void {
    const blocking = this.#workers.get(id)?.blocking()
    for (const task of running ?? (blocking === undefined ? [] : [blocking])) {
      if (task.phase !== 'assigned') continue
      task.started ||= running !== undefined
      this.#tasks.begin(task)
      this.#decisions.push({ type: 'running', task })
    }
  }

  // What waits behind a long task starts sooner elsewhere, if there is a worker that gets on.
  #takeBackLate(id: string): void {
    const worker = this.#workers.get(id)
    if (worker === undefined || worker.retiring) return
    const others = [...this.#workers.all()].filter((other) => other !== worker)
    if (!others.some((other) => other.isOpen && !other.late)) return
    const tasks = worker.takeLate()
    if (tasks.length > 0) this.#decisions.push({ type: 'takeBack', worker: id, tasks })
  }
}

interface Blame {
  readonly known: boolean
  readonly culprits: readonly ScheduledTask[] | undefined
  readonly told: boolean
}

// The more calls, the more they say; but never so much that one burst hides what came before.
function measure(group: TaskGroup, calls: number, ms: number): void {
  const mean = ms / calls
  const weight = Math.min(0.5, calls / 8)
  group.meanMs = group.meanMs === undefined ? mean : group.meanMs + (mean - group.meanMs) * weight
}
