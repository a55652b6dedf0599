// A task that runs is reported within 50 ms: a worker is silent for one to two of these before it counts.
const TICK_MS = 20

/**
 * Notices workers that hold tasks and say nothing: one that never yields cannot say that it started.
 *
 * One timer for all workers, and none while no worker is busy.
 */
export class SilenceWatch {
  readonly #onSilent: (workerId: string) => void
  /** The busy workers, and whether they were heard since the last tick. */
  readonly #heard = new Map<string, boolean>()
  #timer: TimerHandle | undefined

  constructor(onSilent: (workerId: string) => void) {
    this.#onSilent = onSilent
  }

  /** It holds tasks. */
  busy(workerId: string): void {
    if (this.#heard.has(workerId)) return
    this.#heard.set(workerId, true)
    if (this.#timer === undefined) this.#arm()
  }

  heard(workerId: string): void {
    if (this.#heard.has(workerId)) this.#heard.set(workerId, true)
  }

  /** It holds none any more, or is gone. */
  idle(workerId: string): void {
    this.#heard.delete(workerId)
    if (this.#heard.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  // Whether the process stays alive is for the busy workers to say.
  #arm(): void {
    this.#timer = setTimeout(() => this.#tick(), TICK_MS)
    ;(this.#timer as { unref?(): void }).unref?.()
  }

  #tick(): void {
    this.#arm()
    for (const [workerId, heard] of [...this.#heard]) {
      this.#heard.set(workerId, false)
      if (!heard) this.#onSilent(workerId)
    }
  }
}
