import type { TaskHandle } from '../core/cluster.js'
import type { LiveStates, TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'

/** The tasks that a backend has accepted and not yet reported the end of, by uid. */
export class LiveTasks implements LiveStates {
  /** Still with an async `buildTask`. */
  readonly #building = new Map<string, Building>()
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
    this.#building.set(record.uid, { record, onStopped: undefined })
  }

  /** The record that is being built under this uid. */
  building(uid: string): TaskRecord | undefined {
    return this.#building.get(uid)?.record
  }

  /** Whether it was this record that was being built; from now on it is not. */
  stopBuilding(uid: string, record: TaskRecord): boolean {
    const building = this.#building.get(uid)
    if (building?.record !== record) return false
    this.#building.delete(uid)
    building.onStopped?.()
    return true
  }

  stopBuildingAll(): readonly TaskRecord[] {
    const all = [...this.#building]
    for (const [uid, { record }] of all) this.stopBuilding(uid, record)
    return all.map(([, { record }]) => record)
  }

  /** Resolves when the record is no longer being built. */
  stopped(uid: string): Promise<void> {
    return new Promise((resolve) => {
      const building = this.#building.get(uid)
      if (building === undefined) resolve()
      else building.onStopped = resolve
    })
  }
}

interface Building {
  readonly record: TaskRecord
  onStopped: (() => void) | undefined
}

function stateOf({ owner }: TaskHandle): TaskState | undefined {
  return (owner as TaskRecord).state
}
