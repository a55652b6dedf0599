import { Forgotten } from '../core/forgotten.js'
import { scopedOf } from '../core/function-ref.js'
import type { TaskFunction } from '../core/task.js'
import { keyOfFunction, toWireFunction } from '../wire/function-ref.js'
import type { WireFunction } from '../wire/protocol.js'
import type { TaskGroup } from './scheduled-task.js'

/** A function that tasks run, under the number by which workers know it. */
export interface FunctionEntry extends TaskGroup {
  readonly id: number
  readonly wire: WireFunction
  /** The function itself, for workers that take it by reference. */
  readonly call: Callable | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the user wrote
type Callable = (...args: any[]) => unknown

// Some edge runtimes have none: there, functions live as long as the table.
const HAS_WEAK_REFS = typeof WeakRef !== 'undefined'

// A program that makes sources without end must not fill the memory with them.
const MAX_KEYS = 10_000

/**
 * The functions of a cluster. Two that would do the same in a worker are one.
 *
 * It keeps none alive but those that are known by a key: the others live as long as the user's function and the tasks
 * that run it, and when one is gone, the workers are told to forget it.
 */
export class FunctionTable {
  readonly #byFunction = new WeakMap<object, FunctionEntry>()
  readonly #byKey = new Map<string, FunctionEntry>()
  readonly #byId = new Map<number, { deref(): FunctionEntry | undefined }>()
  readonly #inline: 'source' | 'reference'
  readonly #onForgotten: (ids: readonly number[]) => void
  readonly #gone = new Forgotten<number>((id) => this.#forget(id))
  #forgotten: number[] = []
  #next = 0

  /** `inline`: how inline functions reach a worker. */
  constructor(inline: 'source' | 'reference', onForgotten: (ids: readonly number[]) => void) {
    this.#inline = inline
    this.#onForgotten = onForgotten
  }

  entryOf(fn: TaskFunction): FunctionEntry {
    const known = typeof fn === 'string' ? undefined : this.#byFunction.get(fn)
    if (known !== undefined) return known
    const wire = toWireFunction(fn, this.#inline)
    const key = keyOfFunction(wire)
    const entry =
      (key === undefined ? undefined : this.#byKey.get(key)) ??
      this.#add(wire, key, this.#inline === 'reference' ? callOf(fn) : undefined)
    if (typeof fn !== 'string') this.#byFunction.set(fn, entry)
    return entry
  }

  /** The function by its number; `undefined` for a number that is none, or was forgotten. */
  get(id: unknown): FunctionEntry | undefined {
    return this.#byId.get(id as number)?.deref()
  }

  #add(wire: WireFunction, key: string | undefined, call: Callable | undefined): FunctionEntry {
    const entry: FunctionEntry = { id: this.#next++, wire, call, meanMs: undefined }
    this.#byId.set(entry.id, HAS_WEAK_REFS ? new WeakRef(entry) : { deref: () => entry })
    this.#gone.watch(entry, entry.id)
    if (key !== undefined) this.#byKey.set(key, entry)
    if (this.#byKey.size > MAX_KEYS) {
      const [oldest] = this.#byKey.keys()
      this.#byKey.delete(oldest as string)
    }
    return entry
  }

  // Many go at one time; the workers get one message.
  #forget(id: number): void {
    this.#byId.delete(id)
    if (this.#forgotten.push(id) > 1) return
    queueMicrotask(() => {
      this.#onForgotten(this.#forgotten)
      this.#forgotten = []
    })
  }
}

// By reference, a function sees what is around it; what `withScope` gave it is that, or nothing.
function callOf(fn: TaskFunction): Callable | undefined {
  return typeof fn === 'function' ? (scopedOf(fn)?.function ?? fn) : undefined
}
