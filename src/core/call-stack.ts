import type { ContextCarrier } from './adapter.js'

/** For runtimes without async context: a value is seen until the first `await`. */
export class CallStack implements ContextCarrier {
  #value: unknown

  run<Args extends unknown[], R>(value: unknown, callback: (...args: Args) => R, ...args: Args): R {
    const before = this.#value
    this.#value = value
    try {
      return callback(...args)
    } finally {
      this.#value = before
    }
  }

  get(): unknown {
    return this.#value
  }
}
