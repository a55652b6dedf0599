// How long it is waited before the next attempt, at first and at most.
const FIRST_MS = 100
const MOST_MS = 10_000

/** How long to wait between attempts: each time twice as long, and never quite the same, so that not all come at once. */
export class BackOff {
  #ms = FIRST_MS

  /** Milliseconds. */
  next(random = Math.random()): number {
    const ms = this.#ms * (0.5 + random / 2)
    this.#ms = Math.min(2 * this.#ms, MOST_MS)
    return ms
  }
}

/** Resolves after so many milliseconds, or as soon as the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, ms)
    signal.addEventListener('abort', over, { once: true })
    if (signal.aborted) over()
  })
}
