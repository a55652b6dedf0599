// A task that runs is reported within 50 ms: a worker is silent for one to two of these before it counts.
const TICK_MS = 20

interface Watched {
  busy: boolean
  /** Since the last tick. */
  heard: boolean
}

/**
 * Looks at busy workers every so often, and tells which of them said nothing meanwhile: one that never yields cannot say
 * that it started.
 *
 * One timer for all workers; it ends when it finds none busy, since it would cost more to stop it for every pause. For the
 * same reason a worker that is idle stays known.
 */
export class BusyWatch {
  readonly #onTick: (workerId: string, silent: boolean) => void
  readonly #workers = new Map<string, Watched>()
  #timer: TimerHandle | undefined

  constructor(onTick: (workerId: string, silent: boolean) => void) {
    this.#onTick = onTick
  }

  /** Whether it holds tasks now. */
  note(workerId: string, busy: boolean): void {
    const watched = this.#workers.get(workerId)
    if (watched === undefined) {
      if (busy) this.#workers.set(workerId, { busy, heard: true })
    } else if (watched.busy !== busy) {
      watched.busy = watched.heard = busy
    }
    if (busy && this.#timer === undefined) this.#arm()
  }

  heard(workerId: string): void {
    const watched = this.#workers.get(workerId)
    if (watched !== undefined) watched.heard = true
  }

  gone(workerId: string): void {
    this.#workers.delete(workerId)
  }

  // Whether the process stays alive is for the busy workers to say.
  #arm(): void {
    this.#timer = setTimeout(() => this.#tick(), TICK_MS)
    ;(this.#timer as { unref?(): void }).unref?.()
  }

  #tick(): void {
    this.#timer = undefined
    const busy = [...this.#workers].filter(([, watched]) => watched.busy)
    if (busy.length === 0) return
    this.#arm()
    for (const [workerId, watched] of busy) {
      const silent = !watched.heard
      watched.heard = false
      this.#onTick(workerId, silent)
    }
  }
}
