import type { WorkerExit } from '../core/adapter.js'
import type { Amounts } from '../core/task.js'
import { append, ReadyTasks } from './ready-tasks.js'
import type { ScheduledTask, TaskGroup } from './scheduled-task.js'
import type { Decision, SchedulerEvent } from './scheduler-events.js'
import { SchedulerWorker } from './scheduler-worker.js'

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

// So many workers in a row that never got ready are taken for the rule.
const MAX_FAILED_STARTS = 3

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
  #failedStarts = 0
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
    return this.#failedStarts >= MAX_FAILED_STARTS && this.#workers.size === 0
  }

  /** Takes what happened at one time, and decides once. */
  handle(...events: readonly SchedulerEvent[]): readonly Decision[] {
    this.#decisions = []
    for (const event of events) this.#apply(event)
    this.#place()
    this.#spawn()
    this.#strand()
    return this.#decisions
  }

  #apply(event: SchedulerEvent): void {
    switch (event.type) {
      case 'opened':
        this.#opened = true
        this.#failedStarts = 0
        break
      case 'submitted':
        for (const task of event.tasks) this.#submit(task)
        break
      case 'workerReady':
        this.#workerReady(event.worker)
        break
      case 'workerLost':
        this.#workerLost(event.worker, event.exit)
        break
      case 'started':
        for (const task of event.tasks) if (task.phase === 'assigned') task.phase = 'running'
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
    this.#leave(task)
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
    this.#leave(task)
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

  /** Its worker, if it had one, holds it no more. */
  #leave(task: ScheduledTask): void {
    if (task.worker === undefined || !task.worker.assigned.has(task.id)) return
    task.worker.release(task)
    this.#active--
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
    this.#failedStarts = 0
  }

  #workerLost(id: string, exit: WorkerExit): void {
    const worker = this.#workers.get(id)
    if (worker === undefined) return
    this.#workers.delete(id)
    this.#lastExit = exit
    if (!worker.ready) this.#failedStarts++
    const held = [...worker.assigned.values()]
    for (const task of held) this.#leave(task)
    // Backwards, each to the front: they come back in the order in which they were.
    for (const task of held.reverse()) if (task.live) this.#recover(task, id, exit)
  }

  /** A task whose worker was lost. */
  #recover(task: ScheduledTask, worker: string, exit: WorkerExit): void {
    // One that is sent again was by itself there, so that it had started whether it was heard of or not.
    if (task.phase === 'running' || task.attempt > 1) task.losses++
    if (task.transfer === undefined && task.losses <= this.#options.allowedFailures) {
      task.phase = 'ready'
      this.#active++
      this.#ready.unshift(task)
      return
    }
    this.#decisions.push({ type: task.transfer === undefined ? 'killed' : 'lost', task, worker, exit })
    task.end('failed')
    this.#failDependents(task)
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
    if (exit === undefined || !this.stranded || this.#active === 0) return
    const tasks = this.#reachable()
    for (const task of tasks) task.end('failed')
    this.#ready.clear()
    this.#active = 0
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
    if (!this.#opened || this.#failedStarts >= MAX_FAILED_STARTS) return
    const { minWorkers, maxWorkers, slots, resources } = this.#options
    const wanted = Math.min(maxWorkers, Math.max(minWorkers, Math.ceil(this.#active / slots)))
    while (this.#workers.size < wanted) {
      const id = `${this.#options.name}-${this.#spawned++}`
      this.#workers.set(id, new SchedulerWorker(id, slots, resources))
      this.#decisions.push({ type: 'spawn', worker: id })
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
