// A thread that was busy has let so much of the time pass at most.
const SLICES = 4

/**
 * Calls that are due later; none comes after `clear`.
 *
 * They are for judging others, so time in which this thread was busy hardly counts: timers come before messages that have
 * long arrived, and in browsers a worker cannot even start while the page is busy. So the time is waited for in slices,
 * each of which needs a turn of the event loop, and the call comes a turn after the last.
 */
export class Alarms {
  readonly #timers = new Set<TimerHandle>()

  /**
   * @param hold whether it keeps the process alive
   * @returns takes it back
   */
  set(ms: number, callback: () => void, { hold = false } = {}): () => void {
    let left = SLICES
    const next = (): TimerHandle =>
      left-- > 0 ? this.#later(ms / SLICES, hold, () => (timer = next())) : this.#later(0, hold, callback)
    let timer = next()
    return () => this.#cancel(timer)
  }

  clear(): void {
    for (const timer of this.#timers) this.#cancel(timer)
  }

  #later(ms: number, hold: boolean, callback: () => void): TimerHandle {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      callback()
    }, ms)
    if (!hold) (timer as { unref?(): void }).unref?.()
    this.#timers.add(timer)
    return timer
  }

  #cancel(timer: TimerHandle): void {
    this.#timers.delete(timer)
    clearTimeout(timer)
  }
}
