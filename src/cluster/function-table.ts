import type { TaskFunction } from '../core/task.js'
import { keyOfFunction, toWireFunction } from '../wire/function-ref.js'
import type { WireFunction } from '../wire/protocol.js'
import type { TaskGroup } from './scheduled-task.js'

/** A function that tasks run, under the number by which workers know it. */
export interface FunctionEntry extends TaskGroup {
  readonly id: number
  readonly wire: WireFunction
}

// A program that makes functions without end must not fill the memory with their sources.
const MAX_ENTRIES = 10_000

/** The functions of a cluster. Two that would do the same in a worker are one. */
export class FunctionTable {
  readonly #byFunction = new WeakMap<object, FunctionEntry>()
  readonly #byKey = new Map<string, FunctionEntry>()
  readonly #byId = new Map<number, FunctionEntry>()
  #next = 0

  entryOf(fn: TaskFunction): FunctionEntry {
    const known = typeof fn === 'string' ? undefined : this.#byFunction.get(fn)
    if (known !== undefined) return known
    const wire = toWireFunction(fn)
    const key = keyOfFunction(wire)
    const entry = (key === undefined ? undefined : this.#byKey.get(key)) ?? this.#add(wire, key)
    if (typeof fn !== 'string') this.#byFunction.set(fn, entry)
    return entry
  }

  /** The function by its number; `undefined` for a number that is none, or was forgotten. */
  get(id: unknown): FunctionEntry | undefined {
    return this.#byId.get(id as number)
  }

  #add(wire: WireFunction, key: string | undefined): FunctionEntry {
    const entry: FunctionEntry = { id: this.#next++, wire, meanMs: undefined }
    this.#byId.set(entry.id, entry)
    if (key !== undefined) this.#byKey.set(key, entry)
    if (this.#byId.size > MAX_ENTRIES) this.#dropOldest()
    return entry
  }

  #dropOldest(): void {
    const [oldest] = this.#byId.values()
    if (oldest === undefined) return
    this.#byId.delete(oldest.id)
    const key = keyOfFunction(oldest.wire)
    if (key !== undefined) this.#byKey.delete(key)
  }
}
