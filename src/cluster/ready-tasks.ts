import { ReadyQueue } from './ready-queue.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { SchedulerWorker } from './scheduler-worker.js'

// What was cancelled stays in its queue until it is met there, or until so much has gathered that it is worth a walk.
const MANY = 1_024

/** All tasks that could run, and the choice of where. */
export class ReadyTasks {
  /** By what they ask of a worker, so that those which must wait hold up nobody else. */
  readonly #queues = new Map<string, ReadyQueue>()
  #size = 0
  #stale = 0

  /** How many are still to run. */
  get size(): number {
    return this.#size
  }

  push(task: ScheduledTask): void {
    this.#size++
    this.#queueOf(task).push(task)
  }

  /** For a task that was ready before and comes back, ahead of those that came later. */
  unshift(task: ScheduledTask): void {
    this.#size++
    this.#queueOf(task).unshift(task)
  }

  /** One of them was cancelled. */
  canceled(): void {
    this.#size--
    if (++this.#stale < MANY || this.#stale < this.#size) return
    for (const queue of this.#queues.values()) queue.compact()
    this.#stale = 0
  }

  tasks(): ScheduledTask[] {
    return [...this.#queues.values()].flatMap((queue) => queue.tasks())
  }

  clear(): void {
    this.#queues.clear()
    this.#size = this.#stale = 0
  }

  /** Assigns what the workers have room for, the highest first. Answers who got what. */
  place(workers: Iterable<SchedulerWorker>): ReadonlyMap<SchedulerWorker, ScheduledTask[]> {
    const placed = new Map<SchedulerWorker, ScheduledTask[]>()
    const candidates = [...workers]
    const open = this.#openQueues()
    while (open.length > 0) {
      const queue = open.length === 1 ? (open[0] as ReadyQueue) : highest(open)
      const task = queue.peek()
      const worker = task === undefined ? undefined : choose(candidates, task)
      if (task === undefined || worker === undefined) {
        open.splice(open.indexOf(queue), 1)
        continue
      }
      queue.shift()
      this.#size--
      worker.assign(task)
      append(placed, worker, task)
    }
    return placed
  }

  #queueOf({ resources, workers }: ScheduledTask): ReadyQueue {
    const demand = resources === undefined && workers === undefined ? '' : JSON.stringify([resources, workers])
    let queue = this.#queues.get(demand)
    if (queue === undefined) {
      queue = new ReadyQueue()
      this.#queues.set(demand, queue)
    }
    return queue
  }

  /** Those that hold a task. Those that hold none are forgotten: any task may bring a demand of its own. */
  #openQueues(): ReadyQueue[] {
    const open: ReadyQueue[] = []
    for (const [demand, queue] of this.#queues) {
      if (queue.peek() === undefined) this.#queues.delete(demand)
      else open.push(queue)
    }
    return open
  }
}

/** The queue with the task to run first, of queues that hold one. */
function highest(queues: readonly ReadyQueue[]): ReadyQueue {
  return queues.reduce((best, queue) => (before(queue.peek(), best.peek()) ? queue : best))
}

function before(a: ScheduledTask | undefined, b: ScheduledTask | undefined): boolean {
  if (a === undefined || b === undefined) return b === undefined
  return a.priority === b.priority ? a.id < b.id : a.priority > b.priority
}

/** Where most of its input lies, then where there is least to do. */
function choose(workers: readonly SchedulerWorker[], task: ScheduledTask): SchedulerWorker | undefined {
  let best: SchedulerWorker | undefined
  let bestBytes = 0
  for (const worker of workers) {
    if (!worker.hasRoomFor(task) || !worker.suits(task)) continue
    const bytes = task.dependencies === undefined ? 0 : inputBytes(task, worker)
    if (best === undefined || bytes > bestBytes || (bytes === bestBytes && worker.loadUs < best.loadUs)) {
      best = worker
      bestBytes = bytes
    }
  }
  return best
}

function inputBytes(task: ScheduledTask, worker: SchedulerWorker): number {
  let bytes = 0
  for (const dependency of task.dependencies ?? []) {
    if (dependency.worker === worker) bytes += dependency.size
  }
  return bytes
}

export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
