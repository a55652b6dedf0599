import type { TaskHandle } from '../core/cluster.js'
import type { LiveStates, TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'

/** A task that a backend has accepted and not yet reported the end of. */
export class LiveTask {
  /** The record's own may be changed by whoever holds it. */
  readonly uid: string
  readonly record: TaskRecord
  /** `undefined` until it is submitted: it is still with an async `buildTask`. */
  handle: TaskHandle | undefined = undefined
  ended = false
  onEnded: (() => void) | undefined = undefined

  constructor(uid: string, record: TaskRecord) {
    this.uid = uid
    this.record = record
  }
}

/** The live tasks of a backend, by uid. */
export class LiveTasks implements LiveStates {
  readonly #tasks = new Map<string, LiveTask>()

  get size(): number {
    return this.#tasks.size
  }

  has(uid: string): boolean {
    return this.#tasks.has(uid)
  }

  get(uid: string): TaskState | undefined {
    return stateOf(this.#tasks.get(uid))
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, TaskState | undefined]> {
    for (const [uid, task] of this.#tasks) yield [uid, stateOf(task)]
  }

  task(uid: string): LiveTask | undefined {
    return this.#tasks.get(uid)
  }

  tasks(): readonly LiveTask[] {
    return [...this.#tasks.values()]
  }

  /** Answers `undefined` when there is a live task of this uid. */
  add(uid: string, record: TaskRecord): LiveTask | undefined {
    if (this.#tasks.has(uid)) return undefined
    const task = new LiveTask(uid, record)
    this.#tasks.set(uid, task)
    return task
  }

  /** It has ended. Answers whether it had not before. */
  end(task: LiveTask): boolean {
    if (task.ended) return false
    task.ended = true
    this.#tasks.delete(task.uid)
    task.onEnded?.()
    return true
  }
}

function stateOf(task: LiveTask | undefined): TaskState | undefined {
  // What is still being built may bear the state of an earlier run.
  return task?.handle === undefined ? undefined : task.record.state
}
