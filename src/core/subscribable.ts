import { isThenable } from './thenable.js'

/** Ends a subscription. May be called more than once. */
export type Unsubscribe = () => void

/** Gets the error of a callback, and what the callback was called with. */
type ErrorListener<Args extends readonly unknown[]> = (...args: [error: unknown, ...Args]) => void

/**
 * Listeners that cannot hurt each other, or whoever calls them.
 *
 * They are called in order of registration. One that throws or rejects is handed to `onError`, with the arguments it
 * was called with, and the next one is called all the same.
 */
export class Listeners<Args extends readonly unknown[]> {
  // Replaced, never changed: a listener may add and remove listeners while an event is going round.
  #listeners: readonly { readonly call: (...args: Args) => unknown }[] = []
  readonly #onError: ErrorListener<Args>

  constructor(onError: ErrorListener<Args>) {
    this.#onError = onError
  }

  /** The same function added twice is called twice. */
  add(listener: (...args: Args) => unknown): Unsubscribe {
    if (typeof listener !== 'function') throw new TypeError(`A listener must be a function, got ${typeof listener}`)
    const entry = { call: listener }
    this.#listeners = [...this.#listeners, entry]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== entry)
    }
  }

  // Arguments are only ever spread, so that no array is made of them: this is called twice for every task.
  emit(...args: Args): void {
    for (const { call } of this.#listeners) guard(call, this.#onError, ...args)
  }
}

/** Calls a user's callback; an error, thrown or rejected, goes to `onError` and nowhere else. */
export function guard<Args extends readonly unknown[]>(
  callback: (...args: Args) => unknown,
  onError: ErrorListener<Args>,
  ...args: Args
): void {
  try {
    const result = callback(...args)
    if (result !== undefined && isThenable(result)) watch(result, onError, ...args)
  } catch (error) {
    onError(error, ...args)
  }
}

function watch<Args extends readonly unknown[]>(result: PromiseLike<unknown>, onError: ErrorListener<Args>, ...args: Args): void {
  result.then(undefined, (error: unknown) => onError(error, ...args))
}
