import { atMost } from '../core/at-most.js'
import { Forgotten } from '../core/forgotten.js'
import type { Component } from './component.js'

// Values on workers press on nobody here, so that the program may forget them late.
const MOST = 32
// A worker that is busy cannot be asked for what it has.
const FETCH_MS = 5_000

/**
 * Values that stay on the workers that made them, for the tasks that need them.
 *
 * A value is there as long as somebody has the future: it may be awaited yet.
 */
export class KeptValues {
  #count = 0
  readonly #components = new Set<WeakRef<Component>>()
  readonly #forgotten = new Forgotten<WeakRef<Component>>((ref) => this.#leave(ref))

  /** For a task that is handed to its backend now. */
  keepIfOnlyTasksNeedIt(component: Component): void {
    const { backend, record, vertex, wanted, kind } = component
    if (kind !== 'function' || wanted || this.#count === MOST || backend?.backend.capabilities?.resultRefs !== true) return
    // Some edge runtimes: what is forgotten is never told of there.
    if (typeof WeakRef === 'undefined') return
    const { dependents } = vertex
    if (dependents.length === 0 || record.taskBackendSpecificKwargs?.keepResult !== undefined) return
    if (!dependents.every(({ owner }) => takesFrom(owner as Component, component))) return
    record.taskBackendSpecificKwargs = { ...record.taskBackendSpecificKwargs, keepResult: true }
    component.keeps = true
    this.#count++
  }

  /** One that was to keep its value has ended. */
  add(component: Component): void {
    if (component.kept === undefined) {
      this.#count--
      return
    }
    const ref = new WeakRef(component)
    this.#components.add(ref)
    this.#forgotten.watch(component, ref)
  }

  /** Brings those here that somebody may still await: the workers are to end. */
  async fetchAll(): Promise<void> {
    const components = [...this.#components].flatMap((ref) => ref.deref() ?? [])
    // What cannot be had says so when it is awaited.
    await atMost(FETCH_MS, Promise.allSettled(components.map((component) => component.fetch())))
  }

  #leave(ref: WeakRef<Component>): void {
    this.#components.delete(ref)
    this.#count--
  }
}

/** Whether a task takes the value of another where it lies. */
export function takesFrom(component: Component, dependency: Component): boolean {
  return component.kind === 'function' && component.backend === dependency.backend
}
