import { Future } from './future.js'
import type { NotAwaited } from './types.js'

/** Futures in the order in which they end. More may be added on the way. */
export class AsCompleted<F extends Future> implements AsyncIterable<F & NotAwaited> {
  readonly #ended: F[] = []
  #pending = 0
  #waiting: (() => void)[] = []

  constructor(futures: Iterable<F> | F) {
    for (const future of Future.listOf(futures)) this.add(future)
  }

  /** One more to come. */
  add(future: F): void {
    this.#pending++
    Future.stateOf(future).onSettled(() => {
      this.#pending--
      this.#ended.push(future)
      for (const wake of this.#waiting.splice(0)) wake()
    })
  }

  /** Answers each future when it has ended. */
  // By hand: a generator would await each future that it yields, and yield its value.
  [Symbol.asyncIterator](): AsyncIterator<F & NotAwaited> {
    return { next: () => this.#next() }
  }

  async #next(): Promise<IteratorResult<F & NotAwaited>> {
    while (this.#ended.length === 0) {
      if (this.#pending === 0) return { done: true, value: undefined }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    return { done: false, value: this.#ended.shift() as F & NotAwaited }
  }
}

/**
 * Futures in the order in which they end: those that fail or are cancelled, too.
 *
 * @example
 * for await (const future of asCompleted(futures)) draw(await future.result())
 */
export function asCompleted<F extends Future>(futures: Iterable<F> | F): AsCompleted<F> {
  return new AsCompleted(futures)
}
