import type { ExecutionBackend } from '../core/backend.js'
import { TaskValidationError } from '../core/errors.js'
import type { Component } from './component.js'

export interface OutboxHooks {
  /** Calls as if from nowhere. */
  outside(call: () => void): void
  /** It is handed to the backend now. */
  onSubmit(component: Component): void
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
    const components = waiting.filter(({ ended }) => !ended)
    if (components.length === 0) return
    for (const component of components) this.#hooks.onSubmit(component)
    this.#hooks.outside(() => void this.#submit(components))
  }

  async #submit(components: readonly Component[]): Promise<void> {
    try {
      await this.#backend.submitTasks(components.map(({ record }) => record))
    } catch (error) {
      // A batch is refused whole, for what one of it is; that one shall fail alone.
      if (error instanceof TaskValidationError && components.length > 1) {
        for (const component of components) if (!component.ended) await this.#submit([component])
      } else {
        for (const component of components) this.#hooks.onRefused(component, error)
      }
    }
  }
}
