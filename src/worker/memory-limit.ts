// What the workers hold is asked for this often, in milliseconds: where tasks are short, that costs more than they do.
const EVERY_MS = 4
// While a task waits for something, it may still hold more and more.
const WATCH_MS = 100

/** Looks whether a worker holds more than it may: between two tasks, and while one waits. */
export class MemoryLimit {
  readonly limit: number
  readonly #used: () => number
  readonly #onExceeded: () => void
  #lookedAt = Number.NEGATIVE_INFINITY

  /** In bytes. */
  constructor(limit: number, used: () => number, onExceeded: () => void) {
    this.limit = limit
    this.#used = used
    this.#onExceeded = onExceeded
    const timer: TimerHandle = setInterval(() => this.check(), WATCH_MS)
    ;(timer as { unref?(): void }).unref?.()
  }

  get isExceeded(): boolean {
    return this.#used() > this.limit
  }

  check(): void {
    const now = performance.now()
    if (now - this.#lookedAt < EVERY_MS) return
    this.#lookedAt = now
    if (this.isExceeded) this.#onExceeded()
  }
}
