import { TaskCanceledError, TaskValidationError } from '../core/errors.js'
import type { Unsubscribe } from '../core/subscribable.js'
import { UNSENDABLE } from '../core/unsendable.js'
import { within } from '../core/within.js'
import { type Check, isTime, show } from '../input/check-keys.js'
import { checkTaskOptions } from '../input/task-options.js'
import type { FutureState, FutureStatus } from './future-state.js'

/** How long to wait for a future. */
export interface WaitOptions {
  /** Milliseconds to wait. The task goes on all the same. Default: any time. */
  readonly timeout?: number | undefined
}

/** What a future needs of the client that made it. */
export interface FutureHome {
  /** Cancels their tasks. */
  cancel(futures: readonly Future[]): Promise<void>
  /** Runs their tasks again. */
  retry(futures: readonly Future[]): Promise<void>
  /** Copies a value here. */
  fetch(future: Future, state: FutureState): Promise<unknown>
  /** Is told of a future that was released. */
  letGo(future: Future, state: FutureState): void
  /** Calls other people's code. A field: what holds a function cannot be cloned, so that no future is by mistake. */
  readonly guard: (call: () => void) => void
}

const CHECKS: Readonly<Record<keyof WaitOptions, Check>> = { timeout: isTime }

/**
 * A task and its value, which stays where it was made until somebody asks for it. Made by a `Client`.
 *
 * It may be awaited, and it may stand in the arguments of other tasks. The value is dropped when the last future of its key
 * is released, or forgotten by the program, and no task needs it.
 *
 * A future that fails and that nobody awaits is no unhandled rejection.
 */
export class Future<T = unknown> implements PromiseLike<T> {
  /** Names the value among those of its client: what `whoHas` calls it, and the uid of its task. */
  readonly key: string
  /** The client that made it. */
  readonly client: FutureHome
  /** What futures of one key share; for the client. */
  readonly #state: FutureState
  #released = false

  /** For the client. */
  constructor(client: FutureHome, state: FutureState) {
    this.client = client
    this.key = state.key
    this.#state = state
  }

  /** What is behind a future. @throws {TaskCanceledError} when it was released; {TaskValidationError} for what is none */
  static stateOf(future: Future): FutureState {
    if (!Future.isFuture(future)) throw noFuture(future)
    if (!future.#released) return future.#state
    throw new TaskCanceledError(`Future '${future.key}' was released`, { uid: future.key })
  }

  /** One, or those of an iterable. @throws {TaskValidationError} for what is neither */
  static listOf<F extends Future>(futures: Iterable<F> | F): readonly F[] {
    if (Future.isFuture(futures)) return [futures]
    if (typeof futures !== 'object' || futures === null || !(Symbol.iterator in futures)) throw noFuture(futures)
    const all = [...futures]
    for (const one of all) if (!Future.isFuture(one)) throw noFuture(one)
    return all
  }

  /** Tells whether a value is one. */
  static isFuture(value: unknown): value is Future {
    return typeof value === 'object' && value !== null && #state in value
  }

  /** @internal */
  get [UNSENDABLE](): string {
    return 'a future, which is found only in arrays, plain records and Maps,'
  }

  /** `pending`, `finished`, `error`, `cancelled` or `lost`. */
  get status(): FutureStatus {
    return this.#released ? 'cancelled' : this.#state.status
  }

  /** Whether it is not pending any more. */
  done(): boolean {
    return this.status !== 'pending'
  }

  /** Whether it was cancelled or released. */
  cancelled(): boolean {
    return this.status === 'cancelled'
  }

  /**
   * Copies the value here, when there is one.
   *
   * @throws what the task threw; {TaskCanceledError} when it was cancelled or released; {TaskTimeoutError} when it takes
   *   longer than `timeout`, and it goes on
   */
  async result(options?: WaitOptions): Promise<T> {
    const { timeout } = checkTaskOptions<WaitOptions>(options, { what: 'options', checks: CHECKS })
    return within(this.key, this.#result(), timeout)
  }

  async #result(): Promise<T> {
    const state = Future.stateOf(this)
    await state.settled()
    return (await this.client.fetch(this, state)) as T
  }

  /** What `result` would throw; `undefined` when it would not. @throws {TaskTimeoutError} */
  async exception(options?: WaitOptions): Promise<unknown> {
    const { timeout } = checkTaskOptions<WaitOptions>(options, { what: 'options', checks: CHECKS })
    return within(this.key, this.#exception(), timeout)
  }

  async #exception(): Promise<unknown> {
    if (this.#released) return new TaskCanceledError(`Future '${this.key}' was released`, { uid: this.key })
    await this.#state.settled()
    return this.#state.error
  }

  /** Cancels its task, for all futures of its key. What depends on it is cancelled, too. */
  cancel(): Promise<void> {
    return this.client.cancel([this])
  }

  /** Runs its task again, and those that it needs and that failed. For one that failed, was cancelled or lost. */
  retry(): Promise<void> {
    return this.client.retry([this])
  }

  /** Calls back when it is not pending any more. */
  addDoneCallback(callback: (future: this) => void): Unsubscribe {
    return Future.stateOf(this).onSettled(() => this.client.guard(() => callback(this)))
  }

  /** What the task reports through its context. */
  onProgress(listener: (progress: unknown) => void): Unsubscribe {
    return Future.stateOf(this).onProgress((progress) => this.client.guard(() => listener(progress)))
  }

  /**
   * Lets go of the value. When this was the last future of its key and no task needs it, it is dropped; a task that is not
   * done is cancelled then.
   */
  release(): void {
    if (this.#released) return
    this.#released = true
    this.client.letGo(this, this.#state)
  }

  // biome-ignore lint/suspicious/noThenProperty: a future can be awaited
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result().then(onFulfilled, onRejected)
  }

  /** As that of a promise. */
  catch<B = never>(onRejected?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.result().catch(onRejected)
  }

  /** As that of a promise. */
  finally(onEnded?: (() => void) | null): Promise<T> {
    return this.result().finally(onEnded)
  }
}

function noFuture(value: unknown): TaskValidationError {
  return new TaskValidationError(
    `${show(value)} is no future of this copy of daskflow. Of another runtime or copy, await the result, and hand that in`,
  )
}
