import type { Logger } from '../core/logger.js'
import type { Component } from './component.js'

// As many are told of one by one; of the others, how many there were.
const TOLD = 10

/** Failures that nobody asked for, so that no promise tells of them. */
export class Failures {
  readonly #first: Component[] = []
  #further = 0

  add(component: Component): void {
    if (this.#first.length < TOLD) this.#first.push(component)
    else this.#further++
  }

  /** Says each once: those that were heard of meanwhile are left out. */
  tell(logger: Logger): void {
    for (const { heard, uid, name, error } of this.#first) {
      if (!heard) logger.error(`daskflow: '${name}' (${uid}) failed, and nobody awaited it:`, error)
    }
    if (this.#further > 0) logger.error(`daskflow: so did ${this.#further} more tasks or blocks`)
    this.#first.length = this.#further = 0
  }
}
