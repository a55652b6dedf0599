import type { TaskHandle } from '../core/cluster.js'
import type { LiveStates, TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'

// Up to here a map is in the cache, and to take something out of it costs next to nothing.
const SMALL = 1_024
// So that making it anew costs a third of an insertion for each that ended.
const MOST_SHELLS = 0.75
const NOBODY: TaskRecord = Object.freeze({ uid: '' })

/** A task that a backend has accepted and not yet reported the end of. */
export class LiveTask {
  /** The record's own may be changed by whoever holds it. */
  readonly uid: string
  record: TaskRecord
  /** `undefined` until it is submitted: it may still be with an async `buildTask`. */
  handle: TaskHandle | undefined = undefined
  ended = false
  onEnded: (() => void) | undefined = undefined

  constructor(uid: string, record: TaskRecord) {
    this.uid = uid
    this.record = record
  }

  /** For `LiveTasks`, where it may stay a while: it holds nothing any more. */
  end(): void {
    const { onEnded } = this
    this.ended = true
    this.record = NOBODY
    this.handle = this.onEnded = undefined
    onEnded?.()
  }
}

/**
 * The live tasks of a backend, by uid.
 *
 * In a large map, each deletion waits for memory several times. So what has ended stays there as an empty shell, until
 * most of the map is shells and it is made anew.
 */
export class LiveTasks implements LiveStates {
  #tasks = new Map<string, LiveTask>()
  /** How many of these have ended. */
  #shells = 0

  get size(): number {
    return this.#tasks.size - this.#shells
  }

  has(uid: string): boolean {
    return this.task(uid) !== undefined
  }

  get(uid: string): TaskState | undefined {
    const task = this.task(uid)
    return task && stateOf(task)
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, TaskState | undefined]> {
    for (const task of this.tasks()) if (!task.ended) yield [task.uid, stateOf(task)]
  }

  task(uid: string): LiveTask | undefined {
    const task = this.#tasks.get(uid)
    return task?.ended === false ? task : undefined
  }

  tasks(): readonly LiveTask[] {
    return [...this.#tasks.values()].filter(({ ended }) => !ended)
  }

  /** Answers `undefined` when there is a live task of this uid. */
  add(uid: string, record: TaskRecord): LiveTask | undefined {
    const known = this.#tasks.get(uid)
    if (known !== undefined) {
      if (!known.ended) return undefined
      this.#shells--
    }
    const task = new LiveTask(uid, record)
    this.#tasks.set(uid, task)
    return task
  }

  /** It has ended. Answers its record, or `undefined` when it had ended before. */
  end(task: LiveTask): TaskRecord | undefined {
    if (task.ended) return undefined
    const { record } = task
    task.end()
    if (this.#tasks.size <= SMALL) this.#tasks.delete(task.uid)
    else if (++this.#shells > this.#tasks.size * MOST_SHELLS) this.#sweep()
    return record
  }

  #sweep(): void {
    this.#tasks = new Map(this.tasks().map((task) => [task.uid, task]))
    this.#shells = 0
  }
}

// What is still being built may bear the state of an earlier run.
function stateOf({ handle, record }: LiveTask): TaskState | undefined {
  return handle && record.state
}
