import { Future } from './future.js'
import type { FutureItself } from './types.js'

/** Futures in the order in which they end. More may be added on the way. */
export class AsCompleted<T> implements AsyncIterable<FutureItself<T>> {
  readonly #ended: Future<T>[] = []
  #pending = 0
  #waiting: (() => void)[] = []

  constructor(futures: Iterable<Future<T>>) {
    for (const future of futures) this.add(future)
  }

  /** One more to come. */
  add(future: Future<T>): void {
    this.#pending++
    Future.stateOf(future as Future).onSettled(() => {
      this.#pending--
      this.#ended.push(future)
      for (const wake of this.#waiting.splice(0)) wake()
    })
  }

  // By hand: a generator would await each future that it yields, and yield its value.
  [Symbol.asyncIterator](): AsyncIterator<FutureItself<T>> {
    return { next: () => this.#next() }
  }

  async #next(): Promise<IteratorResult<FutureItself<T>>> {
    while (this.#ended.length === 0) {
      if (this.#pending === 0) return { done: true, value: undefined }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    return { done: false, value: this.#ended.shift() as FutureItself<T> }
  }
}

/**
 * Futures in the order in which they end: those that fail or are cancelled, too.
 *
 * @example
 * for await (const future of asCompleted(futures)) draw(await future.result())
 */
export function asCompleted<T>(futures: Iterable<Future<T>>): AsCompleted<T> {
  return new AsCompleted(futures)
}
