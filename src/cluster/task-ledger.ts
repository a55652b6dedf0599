import type { WorkerExit } from '../core/adapter.js'
import { type Amounts, covers } from '../core/amounts.js'
import { append } from '../core/append.js'
import { actorsApart, bereaved, isSupplied, release, waitForDependencies } from './dependents.js'
import { isForsaken, ReadyTasks } from './ready-tasks.js'
import type { End, ScheduledTask } from './scheduled-task.js'
import type { Decision } from './scheduler-events.js'
import type { SchedulerWorker } from './scheduler-worker.js'
import type { Values } from './values.js'

export interface TaskLedgerOptions {
  readonly decide: (decision: Decision) => void
  /** What each worker has. */
  readonly resources?: Amounts | undefined
  /** Whether a worker takes tasks, now or later. */
  readonly hasWorker: (id: string) => boolean
  readonly values: Values
}

/** The tasks of a scheduler: what leads each from one phase to the next, and what follows for those that depend on it. */
export class TaskLedger {
  readonly #decide: (decision: Decision) => void
  readonly #resources: Amounts
  readonly #hasWorker: (id: string) => boolean
  readonly #values: Values
  readonly #ready = new ReadyTasks({ isSupplied, assign: (task, worker) => this.#assign(task, worker) })
  #active = 0

  constructor({ decide, resources = {}, hasWorker, values }: TaskLedgerOptions) {
    this.#decide = decide
    this.#values = values
    this.#resources = resources
    this.#hasWorker = hasWorker
  }

  /** How many are ready or held by a worker: what workers are needed for. */
  get active(): number {
    return this.#active
  }

  /** How many could run and are with no worker. */
  get waiting(): number {
    return this.#ready.size
  }

  /** Those that could run and are with no worker. */
  ready(): ScheduledTask[] {
    return this.#ready.tasks()
  }

  submit(task: ScheduledTask): void {
    // Cancelled before it came here.
    if (task.phase !== 'new') return
    if (task.resources !== undefined && !covers(this.#resources, task.resources)) {
      this.#decide({ type: 'impossible', task, have: this.#resources })
      this.fail(task)
      return
    }
    this.await(task)
  }

  /** Its value is gone, and cannot be computed again. */
  loseForGood(task: ScheduledTask): void {
    task.end('failed')
    const { worker = '', exit = TAKEN_BACK } = task.result?.lost ?? {}
    this.#decide({ type: 'valueLost', task, worker, exit })
    this.#failDependents(task)
  }

  /** A new one waits for what it needs, which may have to be computed again. */
  await(first: ScheduledTask): void {
    // A loop, not a recursion: that may be a long chain.
    const todo = [first]
    for (let task = todo.pop(); task !== undefined; task = todo.pop()) {
      const missing = waitForDependencies(task, todo)
      if (missing?.phase === 'done') this.loseForGood(missing)
      if (missing?.phase === 'canceled') this.cancel([task], undefined)
      else if (missing !== undefined) this.#failDependent(task, missing)
      else if (task.waitingFor > 0) task.phase = 'waiting'
      else this.#makeReady(task)
    }
  }

  /** Its inputs are not to come any more where it was to run. Answers whether they were on their way. */
  giveUpFetching(task: ScheduledTask): boolean {
    const { worker } = task
    if (task.phase !== 'fetching' || worker === undefined) return false
    this.leave(task)
    this.#values.abandon(task, worker)
    return true
  }

  #assign(task: ScheduledTask, worker: SchedulerWorker): void {
    if (task.inputs === undefined) worker.assign(task)
    else {
      task.waitingFor = this.#values.bring(task, worker)
      if (task.waitingFor === 0) worker.assign(task)
      else worker.expect(task)
    }
  }

  // What has lost an input meanwhile waits for it to be computed again, which may be ready at once.
  #placeReady(workers: readonly SchedulerWorker[]): void {
    for (let bare = this.#ready.place(workers); bare.length > 0; bare = this.#ready.place(workers)) {
      this.#active -= bare.length
      for (const task of bare) {
        task.phase = 'new'
        this.await(task)
      }
    }
  }

  /** Workers have gone: what only they could run never will. */
  failForsaken(): void {
    for (const task of this.#ready.takeForsaken(this.#hasWorker)) {
      this.#active--
      this.#forsake(task)
    }
  }

  /** Assigns what the workers have room for. */
  place(all: Iterable<SchedulerWorker>): void {
    const workers = [...all]
    if (this.#ready.size > 0) this.#placeReady(workers)
    for (const worker of workers) {
      const tasks = worker.takeOutgoing()
      if (tasks.length > 0) this.#decide({ type: 'assign', worker: worker.id, tasks })
    }
  }

  /** Its worker holds it no more. Answers whether it did. */
  leave(task: ScheduledTask): boolean {
    if (task.worker?.release(task) !== true) return false
    this.#active--
    return true
  }

  /** Takes all from a worker, and answers what is still to be run, the last first: each goes to the front of the queue. */
  clear(worker: SchedulerWorker): readonly ScheduledTask[] {
    return [...worker.assigned.values()].filter((task) => this.leave(task) && task.live).reverse()
  }

  /** It is live, and has left its worker. */
  done(task: ScheduledTask): void {
    this.#end(task, 'done')
    for (const dependent of release(task)) this.#makeReady(dependent)
  }

  /** It is live, and has left its worker, having thrown. */
  threw(task: ScheduledTask): void {
    if (task.retries === 0) this.fail(task)
    else {
      task.retries--
      this.#makeReady(task, { first: true })
    }
  }

  /** It is live and with no worker, and will not run again. */
  fail(task: ScheduledTask): void {
    this.#end(task, 'failed')
    this.#failDependents(task)
  }

  /** It has left its worker, and was running there once too often. */
  kill(task: ScheduledTask, exit: WorkerExit): void {
    this.#abandon(task, 'killed', exit)
  }

  /**
   * It has left its worker, and goes to another, unless what it was given was moved to this one.
   *
   * @param exit why it cannot stay
   */
  move(task: ScheduledTask, exit: WorkerExit, { ran }: { readonly ran: boolean }): void {
    if (task.transfer !== undefined) {
      this.#abandon(task, 'lost', exit)
      return
    }
    if (!ran) task.attempt--
    this.#makeReady(task, { first: true })
  }

  /** It goes to another worker, though this one has not ended by itself. It is live, and has left it. */
  takeBack(task: ScheduledTask, how: { readonly ran: boolean }): void {
    this.move(task, TAKEN_BACK, how)
  }

  /** Its worker runs it. */
  begin(task: ScheduledTask): void {
    if (task.phase !== 'assigned') return
    task.phase = 'running'
    const { worker, timeout } = task
    if (worker !== undefined && timeout !== undefined) this.#decide({ type: 'limit', worker: worker.id, task, ms: timeout })
  }

  timeOut(tasks: readonly ScheduledTask[]): void {
    const timedOut = tasks.filter(({ phase }) => phase === 'running')
    for (const task of timedOut) {
      const { worker } = task
      const reason = new DOMException(`The task took longer than ${task.timeout} ms`, 'TimeoutError')
      if (worker !== undefined) this.#decide({ type: 'abort', worker: worker.id, tasks: [task], reason })
      this.#end(task, 'failed')
    }
    if (timedOut.length > 0) this.#decide({ type: 'timedOut', tasks: timedOut })
    for (const task of timedOut) this.#failDependents(task)
  }

  cancel(tasks: readonly ScheduledTask[], reason: unknown): void {
    const canceled: ScheduledTask[] = []
    const roots: ScheduledTask[] = []
    const aborted = new Map<SchedulerWorker, ScheduledTask[]>()
    const cancel = (task: ScheduledTask) => {
      const { phase } = task
      this.giveUpFetching(task)
      this.#end(task, 'canceled')
      canceled.push(task)
      if (task.dependents !== undefined) roots.push(task)
      if (phase === 'ready') {
        this.#active--
        this.#ready.canceled()
      } else if (phase === 'assigned' || phase === 'running') append(aborted, task.worker as SchedulerWorker, task)
    }
    for (const task of tasks) if (task.live) cancel(task)
    for (const root of roots) for (const [task] of bereaved(root)) cancel(task)
    if (canceled.length === 0) return
    for (const [worker, held] of aborted) this.#decide({ type: 'abort', worker: worker.id, tasks: held, reason })
    this.#decide({ type: 'canceled', tasks: canceled, reason })
  }

  /** No worker is to be had: what is ready would wait for ever. */
  strand(exit: WorkerExit): void {
    if (this.#ready.size === 0) return
    const tasks = this.#ready.tasks()
    for (const task of tasks) this.#end(task, 'failed')
    this.#ready.clear()
    this.#active -= tasks.length
    this.#decide({ type: 'stranded', tasks, exit })
    for (const task of tasks) this.#failDependents(task)
  }

  #forsake(task: ScheduledTask): void {
    this.#decide({ type: 'forsaken', task })
    this.fail(task)
  }

  #makeReady(task: ScheduledTask, { first = false } = {}): void {
    if (isForsaken(task, this.#hasWorker)) {
      this.#forsake(task)
      return
    }
    if (actorsApart(task)) {
      this.#decide({ type: 'apart', task })
      this.fail(task)
      return
    }
    task.phase = 'ready'
    this.#active++
    if (first) this.#ready.unshift(task)
    else this.#ready.push(task)
  }

  #end(task: ScheduledTask, how: End): void {
    this.#values.leave(task)
    task.end(how)
  }

  #abandon(task: ScheduledTask, type: 'killed' | 'lost', exit: WorkerExit): void {
    this.#decide({ type, task, worker: task.worker?.id ?? '', exit })
    this.fail(task)
  }

  #failDependent(task: ScheduledTask, failed: ScheduledTask): void {
    this.#end(task, 'failed')
    this.#decide({ type: 'dependencyFailed', task, failed })
    this.#failDependents(task)
  }

  #failDependents(root: ScheduledTask): void {
    for (const [task, failed] of bereaved(root)) {
      this.#end(task, 'failed')
      this.#decide({ type: 'dependencyFailed', task, failed })
    }
  }
}

// Why a task leaves a worker that has not ended by itself.
const TAKEN_BACK: WorkerExit = { reason: 'terminated' }
