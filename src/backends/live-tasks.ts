import type { TaskHandle } from '../core/cluster.js'
import type { LiveStates, TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'

/** The tasks that a backend has accepted and not yet reported the end of, by uid. */
export class LiveTasks implements LiveStates {
  /** Still with an async `buildTask`. */
  readonly #building = new Map<string, TaskRecord>()
  readonly #submitted = new Map<string, TaskHandle>()

  get size(): number {
    return this.#building.size + this.#submitted.size
  }

  has(uid: string): boolean {
    return this.#submitted.has(uid) || this.#building.has(uid)
  }

  get(uid: string): TaskState | undefined {
    const handle = this.#submitted.get(uid)
    return handle === undefined ? undefined : stateOf(handle)
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, TaskState | undefined]> {
    for (const uid of this.#building.keys()) yield [uid, undefined]
    for (const [uid, handle] of this.#submitted) yield [uid, stateOf(handle)]
  }

  handle(uid: string): TaskHandle | undefined {
    return this.#submitted.get(uid)
  }

  handles(): IterableIterator<TaskHandle> {
    return this.#submitted.values()
  }

  submitted(handle: TaskHandle): void {
    this.#submitted.set(handle.uid, handle)
  }

  settled(handle: TaskHandle): void {
    this.#submitted.delete(handle.uid)
  }

  build(record: TaskRecord): void {
    this.#building.set(record.uid, record)
  }

  /** The record that is being built under this uid. */
  building(uid: string): TaskRecord | undefined {
    return this.#building.get(uid)
  }

  /** Whether it was this record that was being built; from now on it is not. */
  stopBuilding(uid: string, record: TaskRecord): boolean {
    return this.#building.get(uid) === record && this.#building.delete(uid)
  }

  stopBuildingAll(): readonly TaskRecord[] {
    const records = [...this.#building.values()]
    this.#building.clear()
    return records
  }
}

function stateOf({ owner }: TaskHandle): TaskState | undefined {
  return (owner as TaskRecord).state
}
