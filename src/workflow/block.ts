import type { Component } from './component.js'
import type { Scope, Scopes } from './scope.js'

/** Where tasks are called that belong together: what `workflowScope` and blocks hand to their function. */
export interface CallScope {
  /**
   * Calls a task or block as one of this scope: for runtimes without async context, where a plain call is one only until the
   * first `await`.
   */
  run<Args extends unknown[], R>(task: (...args: Args) => R, ...args: Args): R
}

/** What `workflowScope` hands to its function. */
export class WorkflowScope implements CallScope {
  /** The `workflowId` of what is called in it. */
  readonly id: string
  readonly #scopes: Scopes
  readonly #scope: Scope

  /** For the engine. */
  constructor(scopes: Scopes, scope: Scope) {
    this.id = scope.workflowId
    this.#scopes = scopes
    this.#scope = scope
  }

  run<Args extends unknown[], R>(task: (...args: Args) => R, ...args: Args): R {
    return this.#scopes.run(this.#scope, task, ...args)
  }
}

/** The `this` of a block's function. */
export class BlockScope implements CallScope {
  /** Of the block: the `workflowId` of what it starts. */
  readonly uid: string
  readonly #component: Component
  readonly #inner: WorkflowScope
  #controller: AbortController | undefined

  /** For the engine. */
  constructor(component: Component, scopes: Scopes, scope: Scope) {
    this.uid = component.uid
    this.#component = component
    this.#inner = new WorkflowScope(scopes, scope)
    component.abort = (reason) => this.#controller?.abort(reason)
  }

  /** Aborts when the block is cancelled: its code cannot be stopped from outside. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      const { state, error } = this.#component
      if (state === 'CANCELLED') this.#controller.abort(error)
    }
    return this.#controller.signal
  }

  run<Args extends unknown[], R>(task: (...args: Args) => R, ...args: Args): R {
    return this.#inner.run(task, ...args)
  }
}
