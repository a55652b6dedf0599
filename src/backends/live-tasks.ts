import type { TaskHandle } from '../core/cluster.js'
import type { LiveStates, TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'
import { MAX_TIMER_MS } from '../input/check-keys.js'
import { type Shelf, SortedShelf, UnsortedShelf } from './shelves.js'

const NOBODY: TaskRecord = Object.freeze({ uid: '' })

/**
 * A task that a backend has accepted and not yet reported the end of. `LiveTasks` alone ends it.
 *
 * `Handle`: what the backend has of a task that is submitted.
 */
export class LiveTask<Handle = TaskHandle> {
  /** The record's own may be changed by whoever holds it. */
  readonly uid: string
  record: TaskRecord
  /** `undefined` until it is submitted: it may still be with an async `buildTask`. */
  handle: Handle | undefined = undefined
  onEnded: (() => void) | undefined = undefined
  /** What it waits for. */
  sources: readonly TaskRecord[] | undefined = undefined

  constructor(uid: string, record: TaskRecord) {
    this.uid = uid
    this.record = record
  }

  get ended(): boolean {
    return this.record === NOBODY
  }

  /** It may be known for a while, and holds nothing any more. */
  letGo(): void {
    this.record = NOBODY
    this.handle = this.onEnded = this.sources = undefined
  }
}

/** The live tasks of a backend, by uid. */
export class LiveTasks<Handle = TaskHandle> implements LiveStates {
  #shelf: Shelf<LiveTask<Handle>> = new SortedShelf()
  #onEmpty: (() => void)[] = []

  get size(): number {
    return this.#shelf.size
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

  task(uid: string): LiveTask<Handle> | undefined {
    return this.#shelf.find(uid)
  }

  tasks(): LiveTask<Handle>[] {
    return this.#shelf.tasks()
  }

  /** Answers `undefined` when there is a live task of this uid. */
  add(uid: string, record: TaskRecord): LiveTask<Handle> | undefined {
    if (!this.#shelf.takes(uid)) {
      if (this.#shelf.find(uid) !== undefined) return undefined
      this.#shelf = new UnsortedShelf(this.#shelf.tasks())
    }
    const task = new LiveTask<Handle>(uid, record)
    this.#shelf.put(task)
    return task
  }

  /** Resolves when none is left, at the latest in `ms` milliseconds; `undefined`, or more than timers can wait: however long it takes. */
  empty(ms: number | undefined): Promise<void> {
    if (this.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = ms !== undefined && ms <= MAX_TIMER_MS ? setTimeout(resolve, ms) : undefined
      this.#onEmpty.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Answers its record, or `undefined` when it had ended before. */
  end(task: LiveTask<Handle>): TaskRecord | undefined {
    if (task.ended) return undefined
    const { record, onEnded } = task
    task.letGo()
    this.#shelf.remove(task)
    // What comes next may be in order again.
    if (this.#shelf.size === 0) {
      this.#shelf = new SortedShelf()
      for (const tell of this.#onEmpty.splice(0)) tell()
    }
    onEnded?.()
    return record
  }
}

// What is still being built may bear the state of an earlier run.
function stateOf({ handle, record }: LiveTask<unknown>): TaskState | undefined {
  return handle === undefined ? undefined : record.state
}
