// Tasks that are handed to threads before those are free: what they do in so many seconds, and no more than so many.
const AHEAD_S = 0.005
const MOST_AHEAD = 64
const WEIGHT = 1 / 8

/**
 * How fast tasks end. Where they are short, a thread that has none waiting idles for as long as it takes to give it one; where
 * they are long, another worker may take those that wait.
 */
export class Pace {
  #lastAt: number | undefined
  #interval = 1

  /** One has ended. `now`: in seconds. */
  ended(now: number): void {
    if (this.#lastAt !== undefined) this.#interval += (Math.min(1, now - this.#lastAt) - this.#interval) * WEIGHT
    this.#lastAt = now
  }

  get ahead(): number {
    return Math.min(MOST_AHEAD, Math.floor(AHEAD_S / this.#interval))
  }
}
