/**
 * Tells which workers have had nothing to do for so long; again and again, as long as they have not.
 *
 * One timer for all: what happens for every pause of every worker must cost next to nothing.
 */
export class IdleWatch {
  readonly #ms: number
  readonly #onIdle: (workers: readonly string[]) => void
  /** Since when, the longest first. */
  readonly #idle = new Map<string, number>()
  #timer: TimerHandle | undefined

  constructor(ms: number, onIdle: (workers: readonly string[]) => void) {
    this.#ms = ms
    this.#onIdle = onIdle
  }

  /** Whether it holds tasks now. */
  note(workerId: string, busy: boolean): void {
    if (busy) this.#idle.delete(workerId)
    else if (!this.#idle.has(workerId)) {
      this.#idle.set(workerId, performance.now())
      this.#arm()
    }
  }

  gone(workerId: string): void {
    this.#idle.delete(workerId)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#idle.clear()
  }

  #arm(): void {
    if (this.#timer !== undefined) return
    const [since] = this.#idle.values()
    if (since === undefined) return
    this.#timer = setTimeout(() => this.#look(), Math.max(1, since + this.#ms - performance.now()))
    ;(this.#timer as { unref?(): void }).unref?.()
  }

  #look(): void {
    this.#timer = undefined
    const now = performance.now()
    const due = [...this.#idle].filter(([, since]) => now - since >= this.#ms).map(([id]) => id)
    for (const id of due) {
      // Those that are kept are looked at again.
      this.#idle.delete(id)
      this.#idle.set(id, now)
    }
    if (due.length > 0) this.#onIdle(due)
    this.#arm()
  }
}
