/** How many tasks wait in a worker at most, beyond those that it has slots for. */
export const MOST_AHEAD = 1_024

const LAST_TICKET = 2 ** 30

/**
 * To whom tasks belong that were posted to a worker and have not started: the worker, unless the pool takes them back
 * first. In memory that both share, so that this can be done while the worker is blocked, and what ran there is known when
 * it is gone.
 *
 * Each task has a ticket, which its word holds until somebody claims it. Never a mere flag: words are used again, and a
 * flag would not say which task it is about.
 */
export class Claims {
  readonly #words: Int32Array

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer)
  }

  /**
   * For a worker with so many slots.
   *
   * Twice as many words as tasks that it may hold: one is used again only when what it held has started, or was taken back
   * with all that waited, and nothing is posted after that until the worker gets on.
   */
  static forSlots(slots: number): Claims {
    const words = 2 * Math.max(MOST_AHEAD, slots)
    return new Claims(new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT))
  }

  get buffer(): SharedArrayBuffer {
    return this.#words.buffer as SharedArrayBuffer
  }

  /** The task is posted. */
  offer(ticket: number): void {
    Atomics.store(this.#words, ticket % this.#words.length, ticket)
  }

  /** Whether the task is the caller's: only the first who asks gets it. */
  claim(ticket: number): boolean {
    return Atomics.compareExchange(this.#words, ticket % this.#words.length, ticket, -ticket) === ticket
  }

  /** The worker is through with the task. */
  finish(ticket: number): void {
    Atomics.compareExchange(this.#words, ticket % this.#words.length, -ticket, 0)
  }

  /** Whether the worker claimed the task and was not through with it. Not known for long of one that takes long. */
  isRunning(ticket: number): boolean {
    return Atomics.load(this.#words, ticket % this.#words.length) === -ticket
  }
}

/** Tickets follow each other; after a thousand million they begin again. */
export function nextTicket(ticket: number): number {
  return (ticket % LAST_TICKET) + 1
}
