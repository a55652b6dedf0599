import type { LiveTask } from './live-tasks.js'

interface Watched {
  readonly tasks: Set<LiveTask>
  readonly stop: () => void
}

/**
 * The signals that users gave their tasks. One listener for each, however many tasks share it: platforms warn of many, and
 * a signal may outlive its tasks by far.
 */
export class TaskSignals {
  readonly #onAbort: (tasks: readonly LiveTask[], reason: unknown) => void
  readonly #watched = new Map<AbortSignal, Watched>()

  constructor(onAbort: (tasks: readonly LiveTask[], reason: unknown) => void) {
    this.#onAbort = onAbort
  }

  /** Tells of these tasks when the signal aborts, and at once if it has; not of those that have ended by then. */
  watch(signal: AbortSignal, tasks: readonly LiveTask[]): void {
    const live = tasks.filter(({ ended }) => !ended)
    if (live.length === 0) return
    if (signal.aborted) {
      this.#onAbort(live, signal.reason)
      return
    }
    const watched = this.#watched.get(signal) ?? this.#listen(signal)
    for (const task of live) {
      watched.tasks.add(task)
      task.onEnded = () => this.#forget(signal, task)
    }
  }

  #listen(signal: AbortSignal): Watched {
    const abort = () => {
      this.#watched.delete(signal)
      this.#onAbort([...watched.tasks], signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    const watched: Watched = { tasks: new Set(), stop: () => signal.removeEventListener('abort', abort) }
    this.#watched.set(signal, watched)
    return watched
  }

  #forget(signal: AbortSignal, task: LiveTask): void {
    const watched = this.#watched.get(signal)
    if (watched === undefined) return
    watched.tasks.delete(task)
    if (watched.tasks.size > 0) return
    watched.stop()
    this.#watched.delete(signal)
  }
}
