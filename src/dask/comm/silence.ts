/** How long a scheduler may say nothing, in ms: as long as it waits for a worker. */
export const SILENCE_MS = 300_000

/**
 * Since when nothing was heard of a scheduler. One question that fails says little: its event loop may be busy for longer than a
 * connection may take.
 */
export class Silence {
  readonly #now: () => number
  #since: number

  constructor(now = () => performance.now()) {
    this.#now = now
    this.#since = now()
  }

  /** It said something. */
  broken(): void {
    this.#since = this.#now()
  }

  /** Whether it is to be taken for gone. */
  get isTooLong(): boolean {
    return this.#now() - this.#since >= SILENCE_MS
  }
}
