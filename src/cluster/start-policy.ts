import type { WorkerExit } from '../core/adapter.js'
import type { SchedulerWorker } from './scheduler-worker.js'

// So many workers in a row that never got ready are taken for the rule.
const MAX_FAILED_STARTS = 3
// So many in a row that were ended from outside before they were ready are no accident: the next waits.
const MAX_ENDED_STARTS = 30
// So many in a row that were ready, and ended before they ran anything, are taken for failed starts.
const MAX_EARLY_ENDS = 10
// How long the next waits after the first of them; each further one waits three times as long.
const BACK_OFF_MS = 50
const MAX_BACK_OFF_MS = 5_000
// So many workers in a row that ended with nothing to do, and never did anything, are not replaced until there is work.
const MAX_IDLE_ENDS = 2

/** Whether another worker may be started, and when: what the ends of the last ones say about the next. */
export class StartPolicy {
  /** In a row. */
  #failedStarts = 0
  /** Of workers that somebody ended, in a row. */
  #endedStarts = 0
  #wasReady = false
  /** Whether there is a reason for one more, though they fail. */
  #oneMore = false
  /** In a row. */
  #idleEnds = 0
  /** In a row. */
  #earlyEnds = 0

  /** The last ones did not get ready: that is the rule now. */
  get hasFailed(): boolean {
    return this.#failedStarts >= MAX_FAILED_STARTS
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
    if (this.#failedStarts === 0) return this.#endedStarts < MAX_ENDED_STARTS ? 0 : BACK_OFF_MS
    return Math.min(MAX_BACK_OFF_MS, BACK_OFF_MS * 3 ** (this.#failedStarts - 1))
  }

  /** `someWork`: others are ready, so that nobody's end depends on the next. */
  mayStart(someWork: boolean): boolean {
    return someWork || this.#oneMore || !this.hasFailed
  }

  afresh(): void {
    this.#failedStarts = this.#endedStarts = this.#idleEnds = this.#earlyEnds = 0
  }

  oneMore(): void {
    this.#oneMore = true
  }

  ready(): void {
    this.#wasReady = true
    this.#endedStarts = 0
    if (this.#earlyEnds > MAX_EARLY_ENDS) return
    this.#failedStarts = 0
    this.#oneMore = false
  }

  /** A worker was through with its first task. */
  proven(): void {
    if (this.#earlyEnds > MAX_EARLY_ENDS) this.#failedStarts = 0
    this.#idleEnds = this.#earlyEnds = 0
  }

  /** `ran`: whether it was running anything. */
  lost(worker: SchedulerWorker, { reason }: WorkerExit, ran: boolean): void {
    if (worker.ready) {
      // It is replaced, whatever became of others.
      this.#oneMore = true
      if (worker.proven || ran) return
      if (worker.assigned.size === 0) this.#idleEnds++
      if (++this.#earlyEnds > MAX_EARLY_ENDS) this.#failed()
      return
    }
    // Somebody ended it: that says nothing of the next, unless none was ever ready.
    if (reason === 'terminated' && (++this.#endedStarts < MAX_ENDED_STARTS || this.#wasReady)) return
    this.#failed()
    // Whoever took all its time would take it again.
    if (reason === 'timeout') this.#failedStarts = Math.max(this.#failedStarts, MAX_FAILED_STARTS)
  }

  #failed(): void {
    this.#oneMore = false
    this.#failedStarts++
  }
}
