/**
 * Tells which workers have had nothing to do for so long: all of them, whenever one more has.
 *
 * One timer for all, and none when all were told: what happens for every pause of every worker must cost next to nothing.
 */
export class IdleWatch {
  readonly #ms: number
  readonly #onIdle: (workers: readonly string[]) => void
  /** Since when, the longest first. */
  readonly #idle = new Map<string, number>()
  /** Those that were told, and are idle still. */
  readonly #told = new Set<string>()
  #timer: TimerHandle | undefined
  #stopped = false

  constructor(ms: number, onIdle: (workers: readonly string[]) => void) {
    this.#ms = ms
    this.#onIdle = onIdle
  }

  /** Whether it holds tasks now. */
  note(workerId: string, busy: boolean): void {
    if (busy) this.gone(workerId)
    else if (!this.#idle.has(workerId) && !this.#told.has(workerId)) {
      this.#idle.set(workerId, performance.now())
      this.#arm()
    }
  }

  gone(workerId: string): void {
    this.#idle.delete(workerId)
    this.#told.delete(workerId)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#idle.clear()
    this.#told.clear()
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#stopped) return
    const [since] = this.#idle.values()
    if (since === undefined) return
    this.#timer = setTimeout(() => this.#look(), Math.max(1, since + this.#ms - performance.now()))
    ;(this.#timer as { unref?(): void }).unref?.()
  }

  #look(): void {
    this.#timer = undefined
    const told = this.#told.size
    for (const [id, since] of this.#idle) {
      if (performance.now() - since < this.#ms) break
      this.#idle.delete(id)
      this.#told.add(id)
    }
    if (this.#told.size > told) this.#onIdle([...this.#told])
    this.#arm()
  }
}
