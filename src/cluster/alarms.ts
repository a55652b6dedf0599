/**
 * Calls that are due later. They keep no process alive, and none comes after `clear`.
 *
 * Each comes a turn of the event loop after it is due: when the thread was busy, timers come before messages that have
 * long arrived, and a worker must not be judged before what it said was heard.
 */
export class Alarms {
  readonly #timers = new Set<TimerHandle>()

  set(ms: number, callback: () => void): void {
    this.#later(ms, () => this.#later(0, callback))
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  #later(ms: number, callback: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      callback()
    }, ms)
    ;(timer as { unref?(): void }).unref?.()
    this.#timers.add(timer)
  }
}
