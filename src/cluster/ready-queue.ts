import type { ScheduledTask } from './scheduled-task.js'

/** Tasks that could run, higher priority first, then in order of arrival. */
export class ReadyQueue {
  /** None is empty for long; sorted, the highest last, since that is where they come and go. */
  readonly #lanes: Lane[] = []

  push(task: ScheduledTask): void {
    this.#lane(task.priority).tasks.push(task)
  }

  /** For a task that was ready before and comes back. */
  unshift(task: ScheduledTask): void {
    const lane = this.#lane(task.priority)
    if (lane.head > 0) lane.tasks[--lane.head] = task
    else lane.tasks.unshift(task)
  }

  /** The next one that is still to run; what was cancelled meanwhile is left out. */
  peek(): ScheduledTask | undefined {
    for (let lane = this.#lanes.at(-1); lane !== undefined; lane = this.#lanes.at(-1)) {
      while (lane.head < lane.tasks.length) {
        const task = lane.tasks[lane.head] as ScheduledTask
        if (task.phase === 'ready') return task
        drop(lane)
      }
      this.#lanes.pop()
    }
    return undefined
  }

  /** Takes what `peek` just answered. */
  shift(): void {
    const lane = this.#lanes.at(-1)
    if (lane !== undefined) drop(lane)
  }

  /** All that are still to run. */
  tasks(): ScheduledTask[] {
    return this.#lanes.toReversed().flatMap((lane) => lane.tasks.slice(lane.head).filter((task) => task.phase === 'ready'))
  }

  clear(): void {
    this.#lanes.length = 0
  }

  /** Forgets what was cancelled: for the caller who cancelled a lot. */
  compact(): void {
    for (const lane of this.#lanes) {
      lane.tasks = lane.tasks.slice(lane.head).filter((task) => task.phase === 'ready')
      lane.head = 0
    }
  }

  #lane(priority: number): Lane {
    const lanes = this.#lanes
    let low = 0
    let high = lanes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((lanes[middle] as Lane).priority < priority) low = middle + 1
      else high = middle
    }
    const found = lanes[low]
    if (found?.priority === priority) return found
    const lane: Lane = { priority, tasks: [], head: 0 }
    lanes.splice(low, 0, lane)
    return lane
  }
}

interface Lane {
  readonly priority: number
  tasks: ScheduledTask[]
  /** Where the first task is; what is before it is free. */
  head: number
}

// An array that is shifted for every task moves all the others; a moving head moves them once in a while.
function drop(lane: Lane): void {
  lane.tasks[lane.head++] = undefined as never
  if (lane.head === lane.tasks.length) {
    lane.tasks = []
    lane.head = 0
  } else if (lane.head >= 1_024 && lane.head * 2 >= lane.tasks.length) {
    lane.tasks = lane.tasks.slice(lane.head)
    lane.head = 0
  }
}
