import { atMost } from '../core/at-most.js'
import { Forgotten } from '../core/forgotten.js'
import type { Component } from './component.js'

/** Stands for a value that is with a worker. */
export interface ValueRef {
  /** About how many bytes it takes there, where that is known. */
  readonly nbytes?: number
  /** Copies it here. */
  result(): Promise<unknown>
}

// Values on workers press on nobody here, so that the program may forget them late. What is more than this goes by copy.
const MOST = 32
const MOST_BYTES = 256 * 2 ** 20
// A worker that is busy cannot be asked for what it has.
const FETCH_MS = 5_000

interface Kept {
  readonly component: WeakRef<Component>
  readonly bytes: number
}

/**
 * Values that stay on the workers that made them, for the tasks that need them.
 *
 * A value is there as long as somebody has the future: it may be awaited yet.
 */
export class KeptValues {
  #count = 0
  #bytes = 0
  readonly #kept = new Set<Kept>()
  readonly #forgotten = new Forgotten<Kept>((kept) => this.#leave(kept))

  /** For a task that is handed to its backend now. */
  keepIfOnlyTasksNeedIt(component: Component): void {
    const { backend, record, vertex, wanted, kind } = component
    if (kind !== 'function' || wanted || backend?.backend.capabilities?.resultRefs !== true) return
    if (this.#count >= MOST || this.#bytes >= MOST_BYTES) return
    // Some edge runtimes: what is forgotten is never told of there.
    if (typeof WeakRef === 'undefined' || typeof FinalizationRegistry === 'undefined') return
    const { dependents } = vertex
    if (dependents.length === 0 || record.taskBackendSpecificKwargs?.keepResult !== undefined) return
    if (!dependents.every(({ owner }) => takesFrom(owner as Component, component))) return
    // Whether it was kept is nothing that a program should have to think of: so nobody shares it.
    record.taskBackendSpecificKwargs = { ...record.taskBackendSpecificKwargs, keepResult: 'copied' }
    component.keeps = true
    this.#count++
  }

  /** One that was to keep its value has ended. */
  add(component: Component): void {
    const { kept: ref } = component
    if (ref === undefined) {
      this.#count--
      return
    }
    const kept: Kept = { component: new WeakRef(component), bytes: ref.nbytes ?? 0 }
    this.#bytes += kept.bytes
    this.#kept.add(kept)
    this.#forgotten.watch(ref, kept)
  }

  /** Brings those here that somebody may still await: the workers are to end. */
  async fetchAll(): Promise<void> {
    const components = [...this.#kept].flatMap(({ component }) => component.deref() ?? [])
    // What cannot be had says so when it is awaited.
    await atMost(FETCH_MS, Promise.allSettled(components.map((component) => component.fetch())))
  }

  #leave(kept: Kept): void {
    this.#kept.delete(kept)
    this.#bytes -= kept.bytes
    this.#count--
  }
}

/** Whether a task takes the value of another where it lies. */
export function takesFrom(component: Component, dependency: Component): boolean {
  return component.kind === 'function' && component.backend === dependency.backend
}
