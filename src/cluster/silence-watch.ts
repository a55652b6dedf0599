// A task that runs is reported within 50 ms: a worker is silent for one to two of these before it counts.
const TICK_MS = 20

/**
 * Looks at busy workers every so often, and tells which of them said nothing meanwhile: one that never yields cannot say
 * that it started.
 *
 * One timer for all workers; it ends when it finds none busy, since it would cost more to stop it for every pause.
 */
export class SilenceWatch {
  readonly #onTick: (workerId: string, silent: boolean) => void
  /** The busy workers, and whether they were heard since the last tick. */
  readonly #heard = new Map<string, boolean>()
  #timer: TimerHandle | undefined

  constructor(onTick: (workerId: string, silent: boolean) => void) {
    this.#onTick = onTick
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
  }

  // Whether the process stays alive is for the busy workers to say.
  #arm(): void {
    this.#timer = setTimeout(() => this.#tick(), TICK_MS)
    ;(this.#timer as { unref?(): void }).unref?.()
  }

  #tick(): void {
    this.#timer = undefined
    if (this.#heard.size === 0) return
    this.#arm()
    for (const [workerId, heard] of [...this.#heard]) {
      this.#heard.set(workerId, false)
      this.#onTick(workerId, !heard)
    }
  }
}
