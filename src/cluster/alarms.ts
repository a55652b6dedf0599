/**
 * Calls that are due later. They keep no process alive, and none comes after `clear`.
 */
export class Alarms {
  readonly #timers = new Set<TimerHandle>()

  set(ms: number, callback: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      callback()
    }, ms)
    ;(timer as { unref?(): void }).unref?.()
    this.#timers.add(timer)
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }
}
