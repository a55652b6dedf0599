import type { WorkerExit } from '../core/adapter.js'
import type { SchedulerWorker } from './scheduler-worker.js'

// So many workers in a row that never got ready are taken for the rule.
const MAX_FAILED_STARTS = 3
// How long the next waits after the first of them; each further one waits three times as long.
const BACK_OFF_MS = 50
const MAX_BACK_OFF_MS = 2_000
// So many workers in a row that ended with nothing to do, and never did anything, are not replaced until there is work.
const MAX_IDLE_ENDS = 2

/** Whether another worker may be started, and when: what the ends of the last ones say about the next. */
export class StartPolicy {
  /** In a row. */
  #failedStarts = 0
  /** How many more may fail before it gives up. */
  #tries = MAX_FAILED_STARTS
  /** In a row. */
  #idleEnds = 0

  /** No more are started until `tryAgain`. */
  get hasGivenUp(): boolean {
    return this.#tries === 0
  }

  /** The last one did not get ready: one at a time is tried. */
  get isFailing(): boolean {
    return this.#failedStarts > 0
  }

  /** They end without work: none is started for nothing. */
  get isFlaky(): boolean {
    return this.#idleEnds >= MAX_IDLE_ENDS
  }

  /** How long the next waits. */
  get delayMs(): number {
    return this.#failedStarts === 0 ? 0 : Math.min(MAX_BACK_OFF_MS, BACK_OFF_MS * 3 ** (this.#failedStarts - 1))
  }

  /** Whatever happened before, there is a reason to try again: once more, or as in the beginning. */
  tryAgain({ afresh = false } = {}): void {
    this.#tries = Math.max(this.#tries, afresh ? MAX_FAILED_STARTS : 1)
  }

  ready(): void {
    this.#failedStarts = 0
    this.#tries = MAX_FAILED_STARTS
  }

  /** A worker was through with its first task. */
  proven(): void {
    this.#idleEnds = 0
  }

  lost(worker: SchedulerWorker, { reason }: WorkerExit): void {
    if (!worker.ready) {
      this.#failedStarts++
      // Whoever took all its time would take it again.
      this.#tries = reason === 'timeout' ? 0 : Math.max(0, this.#tries - 1)
      return
    }
    // What was ready is replaced at once.
    this.tryAgain()
    if (!worker.proven && worker.assigned.size === 0) this.#idleEnds++
  }
}
