import type { Amounts } from '../core/task.js'
import type { ScheduledTask } from './scheduled-task.js'

// Tasks wait in the worker, so that it has the next at hand when one is done; but only as many as it will have done in
// this time, so that a long one among them does not hold up many.
const WINDOW_US = 2_000
// However short they are.
const MAX_ASSIGNED = 1_024

/** A worker, as the scheduler sees it. */
export class SchedulerWorker {
  readonly id: string
  readonly slots: number
  ready = false
  /** What it holds: queued there, running there, or cancelled and not yet heard of again. By task id. */
  readonly assigned = new Map<number, ScheduledTask>()
  /** Predicted microseconds of all that it holds. */
  loadUs = 0
  readonly #total: Amounts
  readonly #free: Record<string, number>

  constructor(id: string, slots: number, resources: Amounts = {}) {
    this.id = id
    this.slots = slots
    this.#total = resources
    this.#free = { ...resources }
  }

  hasRoomFor(task: ScheduledTask): boolean {
    if (!this.ready || (task.resources !== undefined && !covers(this.#free, task.resources))) return false
    const held = this.assigned.size
    if (held < this.slots) return true
    // What is moved to a worker cannot be taken back from it. And what was on a worker that was lost may be the cause:
    // sent to a free slot, it is the only suspect when that happens again.
    if (task.transfer !== undefined || task.attempt > 0 || held >= MAX_ASSIGNED) return false
    return this.loadUs + loadOf(task) <= WINDOW_US * this.slots
  }

  /** Whether it could run the task if it had nothing else to do. */
  suits({ workers, resources }: ScheduledTask): boolean {
    if (workers !== undefined && !workers.includes(this.id)) return false
    return resources === undefined || covers(this.#total, resources)
  }

  assign(task: ScheduledTask): void {
    task.phase = 'assigned'
    task.worker = this
    task.attempt++
    task.loadUs = loadOf(task)
    this.loadUs += task.loadUs
    this.assigned.set(task.id, task)
    this.#take(task.resources, -1)
  }

  /** What it must be running, since it runs in order: the first of what it holds, one for each slot. */
  *first(): IterableIterator<ScheduledTask> {
    let slots = this.slots
    for (const task of this.assigned.values()) {
      if (slots-- === 0) return
      yield task
    }
  }

  /** The worker holds it no more. */
  release(task: ScheduledTask): void {
    if (!this.assigned.delete(task.id)) return
    this.loadUs -= task.loadUs
    this.#take(task.resources, 1)
  }

  #take(amounts: Amounts | undefined, sign: 1 | -1): void {
    if (amounts === undefined) return
    for (const [name, amount] of Object.entries(amounts)) this.#free[name] = (this.#free[name] ?? 0) + sign * amount
  }
}

// An unknown task fills the window, and so does a suspect: nothing is sent after it.
function loadOf({ group, attempt }: ScheduledTask): number {
  return group.meanMs === undefined || attempt > 1 ? WINDOW_US : Math.ceil(group.meanMs * 1_000)
}

function covers(have: Amounts, need: Amounts): boolean {
  return Object.entries(need).every(([name, amount]) => Object.hasOwn(have, name) && (have[name] as number) >= amount)
}
