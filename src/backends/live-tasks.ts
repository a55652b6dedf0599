import type { TaskHandle } from '../core/cluster.js'
import type { LiveStates, TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'
import { type Shelf, SortedShelf, UnsortedShelf } from './shelves.js'

const MANY = 1_024
// Making a shelf anew then costs a third of putting one in for each that ended.
const MOST = 0.75

const NOBODY: TaskRecord = Object.freeze({ uid: '' })

/** A task that a backend has accepted and not yet reported the end of. */
export class LiveTask {
  /** The record's own may be changed by whoever holds it. */
  readonly uid: string
  record: TaskRecord
  /** `undefined` until it is submitted: it may still be with an async `buildTask`. */
  handle: TaskHandle | undefined = undefined
  onEnded: (() => void) | undefined = undefined
  readonly #home: LiveTasks

  constructor(uid: string, record: TaskRecord, home: LiveTasks) {
    this.uid = uid
    this.record = record
    this.#home = home
  }

  get ended(): boolean {
    return this.record === NOBODY
  }

  /** Answers its record, or `undefined` when it had ended before. It may be known for a while, and holds nothing any more. */
  end(): TaskRecord | undefined {
    if (this.ended) return undefined
    const { record, onEnded } = this
    this.record = NOBODY
    this.handle = this.onEnded = undefined
    this.#home.noteEnd()
    onEnded?.()
    return record
  }
}

/**
 * The live tasks of a backend, by uid.
 *
 * To take a single one out costs more than all the rest that is done for it here. So what has ended stays as an empty
 * shell, until most are shells and the shelf is made anew.
 */
export class LiveTasks implements LiveStates {
  #shelf: Shelf<LiveTask> = new SortedShelf()
  #shells = 0

  get size(): number {
    return this.#shelf.size - this.#shells
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
    const task = this.#shelf.find(uid)
    return task?.ended === false ? task : undefined
  }

  tasks(): LiveTask[] {
    return [...this.#shelf.tasks()].filter(({ ended }) => !ended)
  }

  /** Answers `undefined` when there is a live task of this uid. */
  add(uid: string, record: TaskRecord): LiveTask | undefined {
    if (!this.#shelf.lacks(uid) && !this.#makeRoom(uid)) return undefined
    const task = new LiveTask(uid, record, this)
    this.#shelf.put(task)
    return task
  }

  /** For its tasks: one has just ended. */
  noteEnd(): void {
    const { size } = this.#shelf
    this.#shells++
    if (this.#shells === size) this.#keep(new SortedShelf())
    else if (this.#shells > MANY && this.#shells > size * MOST) {
      const { takesAny } = this.#shelf
      this.#keep(takesAny ? new UnsortedShelf(this.tasks()) : new SortedShelf(this.tasks()))
    }
  }

  /** Answers whether the uid is free. */
  #makeRoom(uid: string): boolean {
    const known = this.#shelf.find(uid)
    if (known?.ended === false) return false
    if (!this.#shelf.takesAny) this.#keep(new UnsortedShelf(this.tasks()))
    else if (known !== undefined) this.#shells--
    return true
  }

  #keep(shelf: Shelf<LiveTask>): void {
    this.#shelf = shelf
    this.#shells = 0
  }
}

// What is still being built may bear the state of an earlier run.
function stateOf({ handle, record }: LiveTask): TaskState | undefined {
  return handle && record.state
}
