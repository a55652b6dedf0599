import type { Unsubscribe } from '../core/subscribable.js'
import type { TaskRecord } from '../core/task.js'
import { UNSENDABLE } from '../core/unsendable.js'
import { within } from '../core/within.js'
import { type Check, configurationError, isTime } from '../input/check-keys.js'
import { checkTaskOptions } from '../input/task-options.js'
import type { Component, ComponentState } from './component.js'

/** How long to wait for a task. */
export interface ResultOptions {
  /** Milliseconds to wait. The task goes on all the same. Default: any time. */
  readonly timeout?: number | undefined
}

/** What a future needs of its engine. */
export interface TaskFutureHome {
  /** Cancels it, and what needs it. Whether it was live. */
  cancel(component: Component, reason: unknown): boolean
  /** Calls other people's code. A field: what holds a function cannot be cloned, so that no future is by mistake. */
  readonly guard: (call: () => void) => void
}

const CHECKS: Readonly<Record<keyof ResultOptions, Check>> = { timeout: isTime }

/** What is behind a future of this house; `undefined` for anything else. */
export let componentOf: (value: unknown) => Component | undefined

/**
 * A task or block of a workflow, from its call on. It may be awaited, and it may stand among the arguments of others.
 *
 * One that fails and that nobody awaits is no unhandled rejection: it is logged when the engine is shut down.
 */
export class TaskFuture<T = unknown> implements PromiseLike<T> {
  /** Which made it. */
  readonly engine: TaskFutureHome
  readonly #component: Component

  static {
    componentOf = (value) => (typeof value === 'object' && value !== null && #component in value ? value.#component : undefined)
  }

  /** For the engine. */
  constructor(component: Component, engine: TaskFutureHome) {
    this.#component = component
    this.engine = engine
  }

  /** @internal */
  get [UNSENDABLE](): string {
    return 'a future, which is found only in arrays, plain records and Maps,'
  }

  /** `task.000001`, `block.000002`: counted by its engine. */
  get uid(): string {
    return this.#component.uid
  }

  /** The number of its `uid`: `000001`. */
  get id(): string {
    return this.uid.slice(this.uid.indexOf('.') + 1)
  }

  /** As AsyncFlow's futures spell it: `CANCELLED` has two L's here. */
  get state(): ComponentState {
    return this.#component.state
  }

  /** What its backend was given, and answered; of a block, what it would be. */
  get task(): TaskRecord {
    return this.#component.record
  }

  /** Whether it has ended. */
  done(): boolean {
    return this.#component.ended
  }

  /** Whether it was cancelled. */
  cancelled(): boolean {
    return this.state === 'CANCELLED'
  }

  /**
   * Cancels it, and what a block started: at once, where its backend does not know of it yet; else its backend is asked, and
   * tells when it is.
   *
   * @returns whether it had not ended
   */
  cancel(reason?: unknown): boolean {
    return this.engine.cancel(this.#component, reason)
  }

  /**
   * What it answered.
   *
   * @throws what it threw; {DependencyFailureError} when it was not run; {TaskCanceledError}; {TaskTimeoutError} when it takes
   *   longer than `timeout`, and it goes on
   */
  async result(options?: ResultOptions): Promise<T> {
    // First, since nobody would hear of what is made before.
    const timeout = timeoutOf(options)
    return within(this.uid, this.#result(), timeout)
  }

  async #result(): Promise<T> {
    const component = this.#component
    component.hear()
    if (!component.ended) await component.settled()
    if (component.state === 'DONE') return component.value as T
    throw component.error
  }

  /** What `result` would throw; `undefined` when it would not. @throws {TaskTimeoutError} */
  async exception(options?: ResultOptions): Promise<unknown> {
    const component = this.#component
    const timeout = timeoutOf(options)
    component.hear()
    await within(this.uid, component.settled(), timeout)
    return component.error
  }

  /** Calls back when it has ended. */
  addDoneCallback(callback: (future: this) => void): Unsubscribe {
    if (typeof callback !== 'function') throw configurationError('addDoneCallback(callback): callback must be a function')
    this.#component.hear()
    return this.#component.onSettled(() => this.engine.guard(() => callback(this)))
  }

  /** What the task reports through its context. */
  onProgress(listener: (progress: unknown) => void): Unsubscribe {
    return this.#component.onProgress((progress) => this.engine.guard(() => listener(progress)))
  }

  // biome-ignore lint/suspicious/noThenProperty: a future can be awaited
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result().then(onFulfilled, onRejected)
  }

  /** As that of a promise. */
  catch<B = never>(onRejected?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onRejected)
  }

  /** As that of a promise. */
  finally(onEnded?: (() => void) | null): Promise<T> {
    return this.#result().finally(onEnded)
  }
}

function timeoutOf(options: ResultOptions | undefined): number | undefined {
  return checkTaskOptions<ResultOptions>(options, { what: 'options', checks: CHECKS }).timeout
}
