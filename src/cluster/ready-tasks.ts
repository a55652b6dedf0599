import { ReadyQueue } from './ready-queue.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { SchedulerWorker } from './scheduler-worker.js'

// What was cancelled stays in its queue until it is met there, or until so much has gathered that it is worth a walk.
const MANY = 1_024

export interface ReadyTasksOptions {
  /** Whether its inputs are to be had. */
  readonly isSupplied: (task: ScheduledTask) => boolean
  readonly assign: (task: ScheduledTask, worker: SchedulerWorker) => void
}

/** All tasks that could run, and the choice of where. */
export class ReadyTasks {
  readonly #options: ReadyTasksOptions
  /** Those that ask nothing special of a worker. */
  readonly #plain = new ReadyQueue()
  /** The others by what they ask, so that those which must wait hold up nobody else. */
  readonly #queues = new Map<string, ReadyQueue>()
  /** Those that need a worker for themselves: they were on one that was lost. */
  #suspects: ScheduledTask[] = []
  #size = 0
  #stale = 0

  constructor(options: ReadyTasksOptions) {
    this.#options = options
  }

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
    if (task.suspect) this.#suspects.unshift(task)
    else this.#queueOf(task).unshift(task)
  }

  /** One of them was cancelled. */
  canceled(): void {
    this.#size--
    if (++this.#stale < MANY || this.#stale < this.#size) return
    for (const queue of this.#all()) queue.compact()
    this.#stale = 0
  }

  tasks(): ScheduledTask[] {
    return [...this.#suspects.filter(isReady), ...this.#all().flatMap((queue) => queue.tasks())]
  }

  /** Takes out those that none of these workers may run, now or later. */
  takeForsaken(hasWorker: (id: string) => boolean): ScheduledTask[] {
    const forsaken: ScheduledTask[] = []
    this.#suspects = this.#suspects.filter((task) => {
      if (!isReady(task) || !isForsaken(task, hasWorker)) return true
      forsaken.push(task)
      return false
    })
    for (const [demand, queue] of this.#queues) {
      const first = queue.peek()
      if (first === undefined || !isForsaken(first, hasWorker)) continue
      for (const task of queue.tasks()) forsaken.push(task)
      this.#queues.delete(demand)
    }
    this.#size -= forsaken.length
    return forsaken
  }

  clear(): void {
    this.#plain.clear()
    this.#queues.clear()
    this.#suspects = []
    this.#size = this.#stale = 0
  }

  /** Assigns what the workers have room for, the highest first. Answers those that turned out to lack an input, and are out. */
  place(candidates: readonly SchedulerWorker[]): readonly ScheduledTask[] {
    const bare: ScheduledTask[] = []
    if (this.#suspects.length > 0) this.#placeSuspects(candidates, bare)
    if (candidates.some(hasRoom)) this.#placeOthers(candidates, bare)
    this.#size -= bare.length
    return bare
  }

  #placeOthers(candidates: readonly SchedulerWorker[], bare: ScheduledTask[]): void {
    const open = this.#openQueues().sort(byTurn)
    for (let queue = open.pop(); queue !== undefined; queue = open.pop()) {
      const task = queue.peek() as ScheduledTask
      const supplied = this.#options.isSupplied(task)
      const worker = supplied ? choose(candidates, task) : undefined
      if (supplied && worker === undefined) continue
      queue.shift()
      if (worker === undefined) bare.push(task)
      else this.#assign(task, worker)
      // Most have one queue, and one worker that has just got room.
      if (queue.peek() !== undefined) insert(open, queue)
      if (open.length > 1 && !candidates.some(hasRoom)) return
    }
  }

  /** Each gets a worker for itself. While one waits for that, a worker is kept free of others, which go on elsewhere. */
  #placeSuspects(candidates: readonly SchedulerWorker[], bare: ScheduledTask[]): void {
    for (const worker of candidates) worker.reserved = false
    this.#suspects = this.#suspects.filter((task) => {
      if (!isReady(task)) return false
      if (!this.#options.isSupplied(task)) {
        bare.push(task)
        return false
      }
      const suited = candidates.filter((worker) => worker.isOpen && worker.suits(task))
      const free = suited.find((worker) => worker.hasRoomFor(task))
      if (free !== undefined) this.#assign(task, free)
      else if (!suited.some((worker) => worker.reserved)) reserve(suited)
      return free === undefined
    })
  }

  #assign(task: ScheduledTask, worker: SchedulerWorker): void {
    this.#size--
    this.#options.assign(task, worker)
  }

  #all(): ReadyQueue[] {
    return [this.#plain, ...this.#queues.values()]
  }

  #queueOf({ resources, workers, allowOtherWorkers, inputs }: ScheduledTask): ReadyQueue {
    const actors = inputs?.filter(({ task }) => task.result?.isActor).map(({ task }) => task.result?.holders[0]?.id)
    if (resources === undefined && workers === undefined && !actors?.length) return this.#plain
    const demand = JSON.stringify([resources, workers, allowOtherWorkers, actors])
    let queue = this.#queues.get(demand)
    if (queue === undefined) {
      queue = new ReadyQueue()
      this.#queues.set(demand, queue)
    }
    return queue
  }

  /** Those that hold a task. Those that hold none are forgotten: any task may bring a demand of its own. */
  #openQueues(): ReadyQueue[] {
    const open = this.#plain.peek() === undefined ? [] : [this.#plain]
    for (const [demand, queue] of this.#queues) {
      if (queue.peek() === undefined) this.#queues.delete(demand)
      else open.push(queue)
    }
    return open
  }
}

function isReady({ phase }: ScheduledTask): boolean {
  return phase === 'ready'
}

/** Whether it is for workers that are not there. */
export function isForsaken({ workers, allowOtherWorkers }: ScheduledTask, hasWorker: (id: string) => boolean): boolean {
  return workers !== undefined && !allowOtherWorkers && !workers.some(hasWorker)
}

/** The one that will be free first, as far as can be said. */
function reserve(workers: readonly SchedulerWorker[]): void {
  const [first, ...rest] = workers
  if (first === undefined) return
  rest.reduce((best, worker) => (worker.loadUs < best.loadUs ? worker : best), first).reserved = true
}

/** Orders queues that hold a task: the one whose turn it is last. */
function byTurn(a: ReadyQueue, b: ReadyQueue): number {
  const [first, second] = [a.peek() as ScheduledTask, b.peek() as ScheduledTask]
  return first.priority - second.priority || second.id - first.id
}

/** Puts it in its place among those that are in order. */
function insert(queues: ReadyQueue[], queue: ReadyQueue): void {
  let low = 0
  let high = queues.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (byTurn(queues[middle] as ReadyQueue, queue) < 0) low = middle + 1
    else high = middle
  }
  queues.splice(low, 0, queue)
}

function hasRoom(worker: SchedulerWorker): boolean {
  return worker.hasRoom
}

/** Where it is wanted, then where most of its input lies, then where there is least to do. */
function choose(workers: readonly SchedulerWorker[], task: ScheduledTask): SchedulerWorker | undefined {
  let best: SchedulerWorker | undefined
  let bestPull = 0
  for (const worker of workers) {
    if (!worker.hasRoomFor(task) || !worker.suits(task)) continue
    const pull = pullOf(task, worker)
    if (best === undefined || pull > bestPull || (pull === bestPull && worker.loadUs < best.loadUs)) {
      best = worker
      bestPull = pull
    }
  }
  return best
}

/** How strongly a task is drawn to a worker: bytes of its input there, or all that there are. */
function pullOf({ workers, dependencies, inputs }: ScheduledTask, worker: SchedulerWorker): number {
  if (workers?.includes(worker.id)) return Number.POSITIVE_INFINITY
  let bytes = 0
  for (const { task } of inputs ?? NONE) if (task.result?.holders.includes(worker)) bytes += task.result.size
  // What it follows left something behind in the worker, though nobody counted it.
  for (const dependency of dependencies ?? NONE) if (dependency.worker === worker) bytes++
  return bytes
}

const NONE: readonly never[] = []
