import type { Logger } from '../core/logger.js'
import type { Component } from './component.js'

// As many are told of one by one; of the others, how many there are.
const TOLD = 10

/** Failures that nobody asked for, so that no promise tells of them. */
export class Failures {
  readonly #first = new Set<Component>()
  #further = 0

  /** One that nobody heard of yet. */
  add(component: Component): void {
    if (this.#first.size < TOLD) {
      this.#first.add(component)
      component.onHeard = () => this.#first.delete(component)
    } else {
      this.#further++
      component.onHeard = () => this.#further--
    }
  }

  /** Says each once. */
  tell(logger: Logger): void {
    for (const { uid, name, error } of this.#first) {
      logger.error(`daskflow: '${name}' (${uid}) failed, and nobody awaited it:`, error)
    }
    if (this.#further > 0) logger.error(`daskflow: ${this.#further} more tasks or blocks failed, and nobody awaited them`)
    this.#first.clear()
    this.#further = 0
  }
}
