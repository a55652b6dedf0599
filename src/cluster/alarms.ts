/**
 * Calls that are due later; none comes after `clear`.
 *
 * Each comes a turn of the event loop after it is due: when the thread was busy, timers come before messages that have
 * long arrived, and a worker must not be judged before what it said was heard.
 */
export class Alarms {
  readonly #timers = new Set<TimerHandle>()

  /**
   * @param hold whether it keeps the process alive
   * @returns takes it back
   */
  set(ms: number, callback: () => void, { hold = false } = {}): () => void {
    let timer = this.#later(ms, hold, () => {
      timer = this.#later(0, hold, callback)
    })
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
