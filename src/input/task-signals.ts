/** What a signal can cancel. */
export interface Endable {
  readonly ended: boolean
  /** To be called once, when it ends. */
  onEnded: (() => void) | undefined
}

interface Watched<Task> {
  readonly tasks: Set<Task>
  readonly stop: () => void
}

/**
 * The signals that users gave their tasks. One listener for each, however many tasks share it: platforms warn of many, and
 * a signal may outlive its tasks by far.
 */
export class TaskSignals<Task extends Endable> {
  readonly #onAbort: (tasks: readonly Task[], reason: unknown) => void
  readonly #watched = new Map<AbortSignal, Watched<Task>>()

  constructor(onAbort: (tasks: readonly Task[], reason: unknown) => void) {
    this.#onAbort = onAbort
  }

  /** Tells of these tasks when the signal aborts, and at once if it has; not of those that have ended by then. */
  watch(signal: AbortSignal, tasks: readonly Task[]): void {
    const live = tasks.filter(({ ended }) => !ended)
    if (live.length === 0) return
    if (signal.aborted) {
      this.#onAbort(live, signal.reason)
      return
    }
    const watched = this.#watched.get(signal) ?? this.#listen(signal)
    for (const task of live) {
      watched.tasks.add(task)
      const { onEnded } = task
      task.onEnded = () => {
        onEnded?.()
        this.#forget(signal, task)
      }
    }
  }

  #listen(signal: AbortSignal): Watched<Task> {
    const abort = () => {
      this.#watched.delete(signal)
      this.#onAbort([...watched.tasks], signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    const watched: Watched<Task> = { tasks: new Set(), stop: () => signal.removeEventListener('abort', abort) }
    this.#watched.set(signal, watched)
    return watched
  }

  #forget(signal: AbortSignal, task: Task): void {
    const watched = this.#watched.get(signal)
    if (watched === undefined) return
    watched.tasks.delete(task)
    if (watched.tasks.size > 0) return
    watched.stop()
    this.#watched.delete(signal)
  }
}
