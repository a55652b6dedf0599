import type { ContextCarrier } from '../core/adapter.js'
import { CallStack } from '../core/call-stack.js'
import type { Component } from './component.js'

/** Where a call was made from: what its tasks are grouped under, and the block that they are members of. */
export interface Scope {
  readonly engine: object
  readonly workflowId: string
  readonly block: Component | undefined
  /** What was there before: another engine's, or a task. */
  readonly outer: unknown
}

/** The scopes of one engine. */
export class Scopes {
  readonly #engine: object
  readonly #carrier: ContextCarrier

  constructor(engine: object, carrier: ContextCarrier = new CallStack()) {
    this.#engine = engine
    this.#carrier = carrier
  }

  /** The innermost that is this engine's. */
  get current(): Scope | undefined {
    let scope = this.#carrier.get()
    // A task is of no scope: what is around whoever runs it is not around what it calls.
    while (isScope(scope) && scope.engine !== this.#engine) scope = scope.outer
    return isScope(scope) ? scope : undefined
  }

  /** A further one, within what is there now. */
  inner(workflowId: string, block = this.current?.block): Scope {
    return { engine: this.#engine, workflowId, block, outer: this.#carrier.get() }
  }

  run<Args extends unknown[], R>(scope: Scope | undefined, callback: (...args: Args) => R, ...args: Args): R {
    return this.#carrier.run(scope, callback, ...args)
  }
}

// The same carrier carries tasks' contexts.
function isScope(value: unknown): value is Scope {
  return typeof value === 'object' && value !== null && 'workflowId' in value
}
