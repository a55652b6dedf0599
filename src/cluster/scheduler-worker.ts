import { type Amounts, covers } from '../core/amounts.js'
import { MOST_AHEAD } from '../wire/claims.js'
import type { Flight } from './flight.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { WhyEnded } from './scheduler-events.js'

// Tasks wait in the worker, so that it has the next at hand when one is done; but only those that will start within this
// time, so that a long one among them does not hold up many.
const WINDOW_US = 2_000

export interface SchedulerWorkerOptions {
  /** Tasks that it runs at a time. */
  readonly slots: number
  /** What it has. */
  readonly resources?: Amounts
  /** After so many tasks it is replaced. */
  readonly maxTasks?: number
}

/** A worker, as the scheduler sees it. */
export class SchedulerWorker {
  readonly id: string
  readonly slots: number
  ready = false
  /** Why it gets no more tasks, and ends when it has nothing more to do for anyone; `undefined` while it goes on. */
  retires: WhyEnded | undefined = undefined
  /** It is about to end. */
  saidGoodbye = false
  /** Kept free of other tasks, for a suspect that waits for a worker of its own. */
  reserved = false
  /** Whether it must show that it can still be heard. */
  doubted = false
  /** What became of the last recall; `undefined` when none is under way. */
  recall: 'asked' | 'answered' | undefined = undefined
  /** Whether it was ever through with a task. */
  proven = false
  /** What waits in it has waited longer than was foreseen: it gets nothing more ahead until it is through with something. */
  late = false
  /** What was first to start when that was last looked at. */
  #waiting: ScheduledTask | undefined
  /** What it holds: queued there, running there, or cancelled and not yet heard of again. By task id. */
  readonly assigned = new Map<number, ScheduledTask>()
  /** What will come to it when the inputs are there: it has room for these. */
  readonly expecting = new Set<ScheduledTask>()
  #outgoing: ScheduledTask[] = []
  /** The kept tasks whose values lie there. */
  readonly values = new Set<ScheduledTask>()
  /** How many of them are actors, for whose sake it stays. */
  actors = 0
  /** Values on their way from it, and to it. */
  readonly sends = new Set<Flight>()
  readonly receives = new Set<Flight>()
  /** Those of them that were cancelled so long ago that it should be through with them. */
  readonly overdue = new Set<ScheduledTask>()
  /** Predicted microseconds of all that it holds or expects. */
  loadUs = 0
  #suspects = 0
  /** Tasks that it was through with. */
  #through = 0
  readonly #maxTasks: number
  readonly #total: Amounts
  readonly #free: Record<string, number>

  constructor(id: string, { slots, resources = {}, maxTasks = Number.POSITIVE_INFINITY }: SchedulerWorkerOptions) {
    this.id = id
    this.slots = slots
    this.#maxTasks = maxTasks
    this.#total = resources
    this.#free = { ...resources }
  }

  get retiring(): boolean {
    return this.retires !== undefined
  }

  /** Whether it takes tasks at all. */
  get isOpen(): boolean {
    return this.ready && this.retires === undefined && !this.saidGoodbye
  }

  /** Whether it takes tasks, or would take those that need an actor of its own. */
  get #takesSome(): boolean {
    return this.isOpen || (this.actors > 0 && this.ready && !this.saidGoodbye)
  }

  /** Whether there may be a task that it has room for. */
  get hasRoom(): boolean {
    const held = this.#held
    if (!this.#takesSome || held >= this.#left) return false
    if (held < this.slots) return true
    return !this.late && held < MOST_AHEAD && this.#startsInUs(held) < WINDOW_US
  }

  hasRoomFor(task: ScheduledTask): boolean {
    if (!this.#takesSome || (task.resources !== undefined && !covers(this.#free, task.resources))) return false
    const held = this.#held
    if (held >= this.#left) return false
    // A task that was on a worker when it was lost may be the cause. By itself on a worker, it is the only suspect when
    // that happens again.
    if (task.suspect) return held === 0
    if (this.reserved || this.#suspects > 0) return false
    if (held === 0) return true
    if (this.late) return false
    if (held < this.slots) return true
    // What is moved to a worker cannot be taken back from it, so it is never sent ahead.
    if (task.transfer !== undefined || held >= MOST_AHEAD) return false
    // A task of an unknown kind may be a long one, and waits here until one of its kind was measured.
    if (task.group.meanMs === undefined) return false
    return this.#startsInUs(held) < WINDOW_US
  }

  /** How many tasks it has or will have. */
  get #held(): number {
    return this.assigned.size + this.expecting.size
  }

  /** Whether something is to come from it. */
  get owesAnswers(): boolean {
    return this.assigned.size > 0 || this.sends.size > 0
  }

  get isBusy(): boolean {
    return this.owesAnswers || this.expecting.size > 0 || this.receives.size > 0
  }

  #startsInUs(held: number): number {
    const { loadUs, slots } = this
    return (loadUs * (held - slots + 1)) / (held * slots)
  }

  /** Whether it could run the task if it had nothing else to do. */
  suits({ workers, allowOtherWorkers, resources, inputs }: ScheduledTask): boolean {
    if (workers !== undefined && !allowOtherWorkers && !workers.includes(this.id)) return false
    const actors = inputs?.filter(({ task }) => task.result?.isActor) ?? []
    if (actors.some(({ task }) => !task.result?.isAt(this)) || (actors.length === 0 && !this.isOpen)) return false
    return resources === undefined || covers(this.#total, resources)
  }

  /** Gives a place to a task whose inputs are not there yet. */
  expect(task: ScheduledTask): void {
    task.phase = 'fetching'
    this.#reserve(task)
    this.expecting.add(task)
  }

  assign(task: ScheduledTask): void {
    if (!this.expecting.delete(task)) this.#reserve(task)
    task.phase = 'assigned'
    task.started = false
    task.attempt++
    this.assigned.set(task.id, task)
    this.#outgoing.push(task)
  }

  #reserve(task: ScheduledTask): void {
    task.worker = this
    task.loadUs = loadOf(task)
    this.loadUs += task.loadUs
    if (task.suspect) this.#suspects++
    this.#take(task.resources, -1)
  }

  /** Those that were assigned since this was last asked, to be posted. */
  takeOutgoing(): ScheduledTask[] {
    if (this.#outgoing.length === 0) return NONE
    const outgoing = this.#outgoing
    this.#outgoing = []
    return outgoing
  }

  /**
   * The task that keeps the worker from saying anything; `undefined` when that may be any of several.
   *
   * Tasks start in order, and one that does not yield keeps the next from starting: where none is known to run, it is
   * the first.
   */
  blocking(): ScheduledTask | undefined {
    let slots = this.slots
    let first: ScheduledTask | undefined
    for (const task of this.assigned.values()) {
      if (slots-- === 0) break
      if (task.phase === 'running' || task.started) return undefined
      first ??= task
    }
    return first?.phase === 'assigned' ? first : undefined
  }

  /**
   * What has not started though it should have: all that waits, when the first of it was there when this was last asked.
   *
   * What was moved here stays.
   */
  takeLate(): ScheduledTask[] {
    const waiting = [...this.assigned.values()].filter(({ phase, transfer }) => phase === 'assigned' && transfer === undefined)
    const late = waiting[0] !== undefined && waiting[0] === this.#waiting
    this.#waiting = waiting[0]
    if (!late || this.late) return []
    this.late = true
    return waiting
  }

  /** The worker holds it no more. Answers whether it did. */
  release(task: ScheduledTask): boolean {
    if (!this.assigned.delete(task.id) && !this.expecting.delete(task)) return false
    if (this.overdue.size > 0) this.overdue.delete(task)
    if (task.suspect) this.#suspects--
    this.loadUs -= task.loadUs
    this.#take(task.resources, 1)
    return true
  }

  /** It was through with a task. */
  wasThrough(): void {
    this.late = false
    this.#through++
  }

  /** How many tasks it is still to run, those included that it has. */
  get #left(): number {
    return this.actors > 0 ? Number.POSITIVE_INFINITY : this.#maxTasks - this.#through
  }

  /** How many tasks it can run at a time, those that it has left. */
  get width(): number {
    return Math.min(this.slots, this.#left)
  }

  /** Whether it has done all that it is to do. */
  get isUsedUp(): boolean {
    return this.#left <= 0
  }

  /** Whether nothing goes on there any more: every slot is kept by what should have ended, or it holds nothing else. */
  get isStuck(): boolean {
    if (this.overdue.size === 0) return !this.isBusy && this.values.size === 0
    return this.assigned.size === this.overdue.size || count(this.overdue, isStarted) >= this.slots
  }

  /** Whether something is known to run there, of what was cancelled too. */
  get runsSomething(): boolean {
    return count(this.assigned.values(), isStarted) > 0
  }

  /** Whether what keeps its slots was not asked to end. */
  get isOccupied(): boolean {
    return count(this.assigned.values(), (task) => task.started && task.live) >= this.slots
  }

  #take(amounts: Amounts | undefined, sign: 1 | -1): void {
    if (amounts === undefined) return
    for (const [name, amount] of Object.entries(amounts)) this.#free[name] = (this.#free[name] ?? 0) + sign * amount
  }
}

const NONE: ScheduledTask[] = []

// An unknown task fills the window.
function loadOf({ group }: ScheduledTask): number {
  return group.meanMs === undefined ? WINDOW_US : Math.ceil(group.meanMs * 1_000)
}

function isStarted({ started }: ScheduledTask): boolean {
  return started
}

function count(tasks: Iterable<ScheduledTask>, test: (task: ScheduledTask) => boolean): number {
  let n = 0
  for (const task of tasks) if (test(task)) n++
  return n
}
