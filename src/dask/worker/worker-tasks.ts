import { append } from '../../core/append.js'

/** What a scheduler asks to be computed. */
export interface Assignment {
  readonly key: string
  readonly priority: readonly number[]
  /** The values that it needs, and which workers have them. */
  readonly whoHas: Readonly<Record<string, readonly string[]>>
  /** How many bytes those are. */
  readonly sizes: Readonly<Record<string, number>>
  /** To be said with the outcome, where the scheduler gave one. */
  readonly runId: number | undefined
  /** What it takes of what the worker has, while it runs. */
  readonly resources: Readonly<Record<string, number>>
  /** What is to be called, as it came. */
  readonly spec: unknown
}

/** Where a task is, in Dask's words. */
export type AssignmentState = 'waiting' | 'ready' | 'executing'

export interface WorkerTask extends Assignment {
  state: AssignmentState
  /** Values that are not here yet. */
  readonly missing: Set<string>
}

/** The tasks of one worker, from their assignment to their end: pure, and in the order in which they are to be run. */
export class WorkerTasks {
  readonly #tasks = new Map<string, WorkerTask>()
  /** By the value that they wait for. */
  readonly #waiting = new Map<string, WorkerTask[]>()
  /** The most urgent last. */
  readonly #ready: WorkerTask[] = []
  #executing = 0
  /** What is left of what the worker has. */
  readonly #available: Map<string, number>

  constructor(resources: Readonly<Record<string, number>> = {}) {
    this.#available = new Map(Object.entries(resources))
  }

  get executing(): number {
    return this.#executing
  }

  get size(): number {
    return this.#tasks.size
  }

  /** Takes it on. Answers the values that have to be fetched for it. */
  assign(assignment: Assignment, has: (key: string) => boolean): readonly string[] {
    // It was handed out again: what is known of it is of before.
    this.drop(assignment.key)
    const missing = Object.keys(assignment.whoHas).filter((key) => !has(key))
    const task: WorkerTask = { ...assignment, state: 'waiting', missing: new Set(missing) }
    this.#tasks.set(task.key, task)
    if (missing.length === 0) this.#makeReady(task)
    for (const needed of missing) append(this.#waiting, needed, task)
    return missing
  }

  /** A value is here. */
  arrived(key: string): void {
    const waiting = this.#waiting.get(key) ?? []
    this.#waiting.delete(key)
    for (const task of waiting) {
      task.missing.delete(key)
      if (task.missing.size === 0 && this.#tasks.get(task.key) === task) this.#makeReady(task)
    }
  }

  /** Whether a task still waits for that value. */
  needs(key: string): boolean {
    return this.#waiting.get(key)?.some((task) => this.#tasks.get(task.key) === task) === true
  }

  /** The next to run, where fewer than so many run. */
  next(most: number): WorkerTask | undefined {
    if (this.#executing >= most) return undefined
    const index = this.#ready.findLastIndex((ready) => this.#fits(ready))
    const [task] = index < 0 ? [] : this.#ready.splice(index, 1)
    if (task === undefined) return undefined
    this.#take(task, 1)
    task.state = 'executing'
    this.#executing++
    return task
  }

  /** It has ended. Answers whether it was still to be run here. */
  ended(task: WorkerTask): boolean {
    if (this.#tasks.get(task.key) !== task) return false
    this.drop(task.key)
    return true
  }

  stateOf(key: string): AssignmentState | undefined {
    return this.#tasks.get(key)?.state
  }

  /** It is not to be run here any more. Answers it, where it was. */
  drop(key: string): WorkerTask | undefined {
    const task = this.#tasks.get(key)
    if (task === undefined) return undefined
    this.#tasks.delete(key)
    if (task.state === 'executing') {
      this.#executing--
      this.#take(task, -1)
    }
    if (task.state === 'ready') this.#ready.splice(this.#ready.indexOf(task), 1)
    for (const needed of task.missing) {
      const left = this.#waiting.get(needed)?.filter((other) => other !== task) ?? []
      if (left.length > 0) this.#waiting.set(needed, left)
      else this.#waiting.delete(needed)
    }
    return task
  }

  // What it was not told of is not counted: `JS`, of which there is one for each thread.
  #fits({ resources }: WorkerTask): boolean {
    return Object.entries(resources).every(([name, amount]) => (this.#available.get(name) ?? amount) >= amount)
  }

  #take({ resources }: WorkerTask, times: 1 | -1): void {
    for (const [name, amount] of Object.entries(resources)) {
      const left = this.#available.get(name)
      if (left !== undefined) this.#available.set(name, left - times * amount)
    }
  }

  #makeReady(task: WorkerTask): void {
    task.state = 'ready'
    let [low, high] = [0, this.#ready.length]
    while (low < high) {
      const middle = (low + high) >> 1
      // Those that are as urgent are run in the order in which they came.
      if (isBefore(task.priority, (this.#ready[middle] as WorkerTask).priority)) low = middle + 1
      else high = middle
    }
    this.#ready.splice(low, 0, task)
  }
}

// As Python compares tuples; what is smaller is more urgent.
function isBefore(one: readonly number[], other: readonly number[]): boolean {
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const difference = (one[i] ?? Number.NEGATIVE_INFINITY) - (other[i] ?? Number.NEGATIVE_INFINITY)
    if (difference !== 0) return difference < 0
  }
  return false
}
