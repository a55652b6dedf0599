import type { WorkerExit } from '../core/adapter.js'
import type { Amounts } from '../core/task.js'
import { append, ReadyTasks } from './ready-tasks.js'
import type { ScheduledTask, TaskGroup } from './scheduled-task.js'
import type { Decision, SchedulerEvent } from './scheduler-events.js'
import { SchedulerWorker } from './scheduler-worker.js'
import { StartPolicy } from './start-policy.js'

export interface SchedulerOptions {
  /** Its workers are named after it. */
  readonly name: string
  readonly maxWorkers: number
  readonly minWorkers: number
  /** Tasks that a worker runs at a time. */
  readonly slots: number
  /** What each worker has. */
  readonly resources?: Amounts
  /** How many lost workers a started task survives. */
  readonly allowedFailures: number
}

/**
 * Decides which worker runs which task when. Events in, decisions out: no I/O, no clock, nothing of a runtime; the same
 * events make the same decisions. It alone changes the tasks it is given.
 */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #workers = new Map<string, SchedulerWorker>()
  readonly #ready = new ReadyTasks()
  #decisions: Decision[] = []
  #opened = false
  #spawned = 0
  readonly #starts = new StartPolicy()
  readonly #retiring = new Set<SchedulerWorker>()
  #lastExit: WorkerExit | undefined
  /** Ready or held by a worker: what workers are needed for. */
  #active = 0

  constructor(options: SchedulerOptions) {
    this.#options = options
  }

  worker(id: string): SchedulerWorker | undefined {
    return this.#workers.get(id)
  }

  /** Whether it has given up on starting workers. */
  get stranded(): boolean {
    return this.#starts.hasGivenUp && this.#workers.size === this.#retiring.size
  }

  /** Whether something is ready or with a worker. */
  get busy(): boolean {
    return this.#active > 0
  }

  /** Takes what happened at one time, and decides once. */
  handle(...events: readonly SchedulerEvent[]): readonly Decision[] {
    this.#decisions = []
    for (const event of events) this.#apply(event)
    for (const worker of this.#retiring) if (worker.isStuck) this.#replace(worker)
    this.#place()
    this.#spawn()
    this.#strand()
    return this.#decisions
  }

  #apply(event: SchedulerEvent): void {
    switch (event.type) {
      case 'opened':
        this.#opened = true
        this.#starts.tryAgain({ afresh: true })
        break
      case 'submitted':
        // After too many failures, each batch is worth one more try.
        this.#starts.tryAgain()
        for (const task of event.tasks) this.#submit(task)
        break
      case 'workerReady':
        this.#workerReady(event.worker)
        break
      case 'workerLost':
        this.#workerLost(event.worker, event.exit, event.told === true)
        break
      case 'started':
        for (const task of event.tasks) {
          task.started = true
          if (task.phase === 'assigned') task.phase = 'running'
        }
        break
      case 'silent':
        this.#silent(event.worker)
        break
      case 'measured':
        measure(event.group, event.calls, event.ms)
        break
      case 'done':
        event.tasks.forEach((task, i) => {
          this.#done(task, event.sizes?.[i] ?? 0)
        })
        break
      case 'failed':
        for (const task of event.tasks) this.#failed(task)
        break
      case 'dropped':
        for (const task of event.tasks) this.#leave(task)
        break
      case 'canceled':
        this.#cancel(event.tasks, event.reason)
        break
      case 'overdue':
        this.#overdue(event.worker, event.tasks)
        break
      case 'returned':
        // Backwards, each to the front, as when a worker is lost. They never ran, so that it was no attempt.
        for (const task of event.tasks.toReversed()) if (this.#leave(task)) this.#move(task, { ran: false })
        break
      case 'recalled':
        this.#recalled(event.worker)
        break
      case 'recallDue':
        this.#recallDue(event.worker)
        break
      case 'closed':
        this.#opened = false
        this.#cancel(this.#reachable(), undefined)
        break
    }
  }

  #submit(task: ScheduledTask): void {
    // Cancelled before it came here.
    if (task.phase !== 'new') return
    for (const dependency of task.dependencies ?? []) {
      if (dependency.phase === 'canceled') this.#cancel([task], undefined)
      else if (dependency.phase === 'failed') this.#dependencyFailed(task, dependency)
      else if (dependency.phase !== 'done') waitFor(task, dependency)
      if (!task.live) return
    }
    if (task.waitingFor > 0) task.phase = 'waiting'
    else this.#makeReady(task)
  }

  #makeReady(task: ScheduledTask): void {
    task.phase = 'ready'
    this.#active++
    this.#ready.push(task)
  }

  #done(task: ScheduledTask, size: number): void {
    this.#through(task)
    if (!task.live) return
    task.end('done')
    task.size = size
    const { dependents } = task
    task.dependents = undefined
    for (const dependent of dependents ?? []) {
      if (--dependent.waitingFor === 0 && dependent.phase === 'waiting') this.#makeReady(dependent)
    }
  }

  #failed(task: ScheduledTask): void {
    this.#through(task)
    if (!task.live) return
    task.end('failed')
    this.#failDependents(task)
  }

  #dependencyFailed(task: ScheduledTask, failed: ScheduledTask): void {
    task.end('failed')
    this.#decisions.push({ type: 'dependencyFailed', task, failed })
    this.#failDependents(task)
  }

  // A loop, not a recursion, here and in `#cancel`: chains of dependents may be long.
  #failDependents(root: ScheduledTask): void {
    const todo = [root]
    for (let failed = todo.pop(); failed !== undefined; failed = todo.pop()) {
      const { dependents } = failed
      failed.dependents = undefined
      for (const task of dependents ?? []) {
        if (!task.live) continue
        task.end('failed')
        this.#decisions.push({ type: 'dependencyFailed', task, failed })
        todo.push(task)
      }
    }
  }

  /** Its worker holds it no more. Answers whether it is still to be run: it is live, and was there. */
  #leave(task: ScheduledTask): boolean {
    if (task.worker === undefined || !task.worker.assigned.has(task.id)) return false
    task.worker.release(task)
    this.#active--
    return task.live
  }

  /** To another worker. */
  #move(task: ScheduledTask, { ran }: { readonly ran: boolean }): void {
    if (!ran) task.attempt--
    task.phase = 'ready'
    this.#active++
    this.#ready.unshift(task)
  }

  #cancel(tasks: readonly ScheduledTask[], reason: unknown): void {
    const canceled: ScheduledTask[] = []
    const aborted = new Map<SchedulerWorker, ScheduledTask[]>()
    const todo = [...tasks]
    for (const task of todo) {
      if (!task.live) continue
      const { phase } = task
      task.end('canceled')
      if (phase === 'ready') {
        this.#active--
        this.#ready.canceled()
      } else if (task.worker !== undefined) append(aborted, task.worker, task)
      canceled.push(task)
      for (const dependent of task.dependents ?? []) todo.push(dependent)
      task.dependents = undefined
    }
    if (canceled.length === 0) return
    for (const [worker, held] of aborted) this.#decisions.push({ type: 'abort', worker: worker.id, tasks: held, reason })
    this.#decisions.push({ type: 'canceled', tasks: canceled, reason })
  }

  /** Everything live: what is not here or on a worker depends on something that is. */
  #reachable(): ScheduledTask[] {
    const held = [...this.#workers.values()].flatMap((worker) => [...worker.assigned.values()])
    return [...this.#ready.tasks(), ...held]
  }

  #workerReady(id: string): void {
    const worker = this.#workers.get(id)
    if (worker === undefined) return
    worker.ready = true
    this.#starts.ready()
  }

  /** Its worker is through with it. */
  #through(task: ScheduledTask): void {
    if (task.worker !== undefined && !task.worker.proven) {
      task.worker.proven = true
      this.#starts.proven()
    }
    this.#leave(task)
  }

  #workerLost(id: string, exit: WorkerExit, told: boolean): void {
    const worker = this.#workers.get(id)
    if (worker === undefined) return
    this.#lastExit = exit
    this.#starts.lost(worker, exit)
    const held = this.#drop(worker)
    // One that ran nothing and ended all the same does not know why either.
    const known = told && held.some((task) => task.phase === 'running')
    for (const task of held) this.#recover(task, id, exit, known)
  }

  /** It is gone. Answers what is still to be run of what it held, the last first: each goes to the front of the queue. */
  #drop(worker: SchedulerWorker): readonly ScheduledTask[] {
    this.#workers.delete(worker.id)
    this.#retiring.delete(worker)
    return [...worker.assigned.values()].filter((task) => this.#leave(task)).reverse()
  }

  /** A task whose worker was lost. */
  #recover(task: ScheduledTask, worker: string, exit: WorkerExit, told: boolean): void {
    // A suspect was by itself there, so that it had started whether it was heard of or not.
    const ran = task.phase === 'running' || (task.suspect && !told)
    if (ran) task.losses++
    task.suspect ||= ran || !told
    if (task.transfer !== undefined) this.#fail({ type: 'lost', task, worker, exit })
    else if (task.losses > this.#options.allowedFailures) this.#fail({ type: 'killed', task, worker, exit })
    else this.#move(task, { ran: ran || !told })
  }

  #fail(decision: Extract<Decision, { type: 'killed' | 'lost' }>): void {
    this.#decisions.push(decision)
    decision.task.end('failed')
    this.#failDependents(decision.task)
  }

  #overdue(id: string, tasks: readonly ScheduledTask[]): void {
    const worker = this.#workers.get(id)
    if (worker === undefined) return
    for (const task of tasks) if (worker.assigned.get(task.id) === task) worker.overdue.add(task)
    if (worker.overdue.size === 0 || worker.retiring) return
    worker.retiring = true
    this.#retiring.add(worker)
    if (!worker.isStuck) this.#ask(worker)
  }

  // What else it holds may be running, and is left alone as long as the worker answers.
  #ask(worker: SchedulerWorker): void {
    worker.asked = true
    this.#decisions.push({ type: 'recall', worker: worker.id })
  }

  #recalled(id: string): void {
    const worker = this.#workers.get(id)
    if (worker !== undefined) worker.asked = false
  }

  #recallDue(id: string): void {
    const worker = this.#workers.get(id)
    if (worker === undefined) return
    // Where every slot runs what nobody cancelled, that is what keeps it from answering.
    if (worker.asked && !worker.isOccupied) this.#replace(worker)
    else this.#ask(worker)
  }

  /** Ends a worker that does not let go of what was cancelled. Nobody is charged: the cause is known. */
  #replace(worker: SchedulerWorker): void {
    const { id, isStuck } = worker
    for (const task of this.#drop(worker)) {
      if (task.transfer === undefined) this.#move(task, { ran: !isStuck })
      else this.#fail({ type: 'lost', task, worker: id, exit: { reason: 'terminated' } })
    }
    this.#decisions.push({ type: 'terminate', worker: id })
  }

  #silent(id: string): void {
    const task = this.#workers.get(id)?.blocking()
    if (task === undefined) return
    task.phase = 'running'
    this.#decisions.push({ type: 'running', task })
  }

  // Without this, tasks would wait for ever for a worker that cannot be had.
  #strand(): void {
    const exit = this.#lastExit
    if (exit === undefined || !this.stranded || this.#ready.size === 0) return
    const tasks = this.#ready.tasks()
    for (const task of tasks) task.end('failed')
    this.#ready.clear()
    this.#active -= tasks.length
    this.#decisions.push({ type: 'stranded', tasks, exit })
    for (const task of tasks) this.#failDependents(task)
  }

  #place(): void {
    for (const [worker, tasks] of this.#ready.place(this.#workers.values())) {
      this.#decisions.push({ type: 'assign', worker: worker.id, tasks })
    }
  }

  /** A worker for every slot's worth of tasks, within the limits. */
  #spawn(): void {
    if (!this.#opened || this.#starts.hasGivenUp) return
    const { minWorkers, maxWorkers, slots, resources } = this.#options
    const idle = this.#starts.isFlaky ? 0 : minWorkers
    const wanted = Math.min(maxWorkers, Math.max(idle, Math.ceil(this.#active / slots)))
    while (this.#workers.size - this.#retiring.size < wanted) {
      if (this.#starts.isFailing && [...this.#workers.values()].some((worker) => !worker.ready)) return
      const id = `${this.#options.name}-${this.#spawned++}`
      this.#workers.set(id, new SchedulerWorker(id, slots, resources))
      this.#decisions.push({ type: 'spawn', worker: id, delayMs: this.#starts.delayMs })
    }
  }
}

// The more calls, the more they say; but never so much that one burst hides what came before.
function measure(group: TaskGroup, calls: number, ms: number): void {
  const mean = ms / calls
  const weight = Math.min(0.5, calls / 8)
  group.meanMs = group.meanMs === undefined ? mean : group.meanMs + (mean - group.meanMs) * weight
}

function waitFor(task: ScheduledTask, dependency: ScheduledTask): void {
  task.waitingFor++
  dependency.dependents ??= []
  dependency.dependents.push(task)
}
