import type { Unsubscribe } from './subscribable.js'

/** Something that will have ended, and tells of its progress until then. */
export abstract class Pending {
  // Most are never listened to, and there may be a million of them.
  #onSettled: Set<() => void> | undefined
  #onProgress: Set<(progress: unknown) => void> | undefined

  abstract get ended(): boolean

  /** Calls back when it has ended, later even where it has already. */
  onSettled(tell: () => void): Unsubscribe {
    if (this.ended) {
      let wanted = true
      queueMicrotask(() => wanted && tell())
      return () => {
        wanted = false
      }
    }
    this.#onSettled ??= new Set()
    this.#onSettled.add(tell)
    return () => void this.#onSettled?.delete(tell)
  }

  /** Calls back with each progress that is reported. */
  onProgress(listener: (progress: unknown) => void): Unsubscribe {
    this.#onProgress ??= new Set()
    this.#onProgress.add(listener)
    return () => void this.#onProgress?.delete(listener)
  }

  /** Tells the listeners of a progress. */
  progress(progress: unknown): void {
    if (this.#onProgress !== undefined) for (const listener of this.#onProgress) listener(progress)
  }

  /** Resolves when it has ended. */
  settled(): Promise<void> {
    return this.ended ? Promise.resolve() : new Promise((resolve) => void this.onSettled(resolve))
  }

  /** It has ended: whoever waits for that hears of it now, and of nothing more. */
  protected tellSettled(): void {
    this.#onProgress = undefined
    const waiting = this.#onSettled
    this.#onSettled = undefined
    if (waiting !== undefined) for (const tell of waiting) tell()
  }
}
