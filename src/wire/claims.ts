// More than a worker is ever sent ahead, so that a word is used again only when nobody asks for what it held.
const WORDS = 2_048
const LAST = 2 ** 30

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

  /** `buffer`: that of the other side. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.#words = new Int32Array(buffer)
  }

  get buffer(): SharedArrayBuffer {
    return this.#words.buffer as SharedArrayBuffer
  }

  /** The task is posted. */
  offer(ticket: number): void {
    Atomics.store(this.#words, ticket % WORDS, ticket)
  }

  /** Whether the task is the caller's: only the first who asks gets it. */
  claim(ticket: number): boolean {
    return Atomics.compareExchange(this.#words, ticket % WORDS, ticket, -ticket) === ticket
  }

  /** The worker is through with the task. */
  finish(ticket: number): void {
    Atomics.compareExchange(this.#words, ticket % WORDS, -ticket, 0)
  }

  /** Whether the worker claimed the task and was not through with it. Not known for long of one that takes long. */
  isRunning(ticket: number): boolean {
    return Atomics.load(this.#words, ticket % WORDS) === -ticket
  }
}

/** Tickets follow each other; after a thousand million they begin again. */
export function nextTicket(ticket: number): number {
  return (ticket % LAST) + 1
}
