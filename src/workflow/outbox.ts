import type { ExecutionBackend } from '../core/backend.js'
import { TaskValidationError } from '../core/errors.js'
import type { Component } from './component.js'

export interface OutboxHooks {
  /** Calls as if from nowhere. */
  outside(call: () => void): void
  /** It is handed to the backend now. */
  onSubmit(component: Component): void
  /** The backend has it no more: it is to be handed in again. */
  onReturned(component: Component): void
  /** The backend did not take it. */
  onRefused(component: Component, error: unknown): void
}

/** The way to one backend: what becomes ready in one turn goes as one batch. */
export class Outbox {
  readonly #backend: ExecutionBackend
  readonly #hooks: OutboxHooks
  #waiting: Component[] = []

  constructor(backend: ExecutionBackend, hooks: OutboxHooks) {
    this.#backend = backend
    this.#hooks = hooks
  }

  push(component: Component): void {
    if (this.#waiting.push(component) === 1) queueMicrotask(() => this.#flush())
  }

  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    this.#hooks.outside(() => void this.#submit(waiting))
  }

  async #submit(waiting: readonly Component[]): Promise<void> {
    const components = this.#announce(waiting)
    if (components.length === 0) return
    try {
      await this.#backend.submitTasks(components.map(({ record }) => record))
    } catch (error) {
      // A batch is refused whole, for what one of it is; that one shall fail alone.
      if (error instanceof TaskValidationError && components.length > 1) {
        for (const component of components) this.#hooks.onReturned(component)
        for (const component of components) await this.#submit([component])
      } else {
        for (const component of components) this.#hooks.onRefused(component, error)
      }
    }
  }

  #announce(waiting: readonly Component[]): readonly Component[] {
    for (const component of waiting) if (!component.ended) this.#hooks.onSubmit(component)
    // Who heard of that may have cancelled some.
    for (const component of waiting) if (component.cancellation !== undefined) this.#hooks.onReturned(component)
    return waiting.filter(({ ended }) => !ended)
  }
}
