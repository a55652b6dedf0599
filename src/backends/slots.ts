/** What takes a place while it runs. */
interface Runnable {
  /** It needs no place any more. */
  readonly ended: boolean
  /** MUST NOT reject. */
  run(): Promise<void>
  /** Makes `run` resolve. */
  leave(): void
}

// Functions that wait for nothing would keep all else on this thread from its turn.
const TURN_MS = 20
// As many that wait may have ended, at least, before they are sorted out.
const FEWEST_SORTED = 1_024

/** The places in which tasks run, a fixed number of them: first come, first served. */
export class Slots {
  readonly #count: number
  readonly #running = new Set<Runnable>()
  #waiting: Runnable[] = []
  /** Where the first that waits is: to shift a long list by one would cost as much as it is long. */
  #first = 0
  #sortAt = FEWEST_SORTED
  #turnStartedAt = performance.now()

  constructor(count: number) {
    this.#count = count
  }

  add(runnables: readonly Runnable[]): void {
    for (const runnable of runnables) this.#waiting.push(runnable)
    if (this.#waiting.length > this.#sortAt) this.#sortOut()
    while (this.#running.size < this.#count) {
      const next = this.#take()
      if (next === undefined) return
      void this.#serve(next)
    }
  }

  /** Waits for nothing any more. */
  close(): void {
    for (const runnable of this.#running) runnable.leave()
  }

  async #serve(first: Runnable): Promise<void> {
    for (let next: Runnable | undefined = first; next !== undefined; next = this.#take()) {
      this.#running.add(next)
      await next.run()
      if (performance.now() - this.#turnStartedAt > TURN_MS) await this.#nextTurn()
      this.#running.delete(next)
    }
  }

  #take(): Runnable | undefined {
    while (this.#first < this.#waiting.length) {
      const next = this.#waiting[this.#first++] as Runnable
      if (!next.ended) return next
    }
    this.#waiting = []
    this.#first = 0
    return undefined
  }

  #sortOut(): void {
    this.#waiting = this.#waiting.filter(({ ended }, i) => i >= this.#first && !ended)
    this.#first = 0
    this.#sortAt = Math.max(FEWEST_SORTED, 2 * this.#waiting.length)
  }

  async #nextTurn(): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, 0))
    this.#turnStartedAt = performance.now()
  }
}
