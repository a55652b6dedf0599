import type { WorkerExit } from '../core/adapter.js'
import type { SmallValue } from '../wire/weigh.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { Decision } from './scheduler-events.js'
import type { SchedulerWorker } from './scheduler-worker.js'
import type { TaskLedger } from './task-ledger.js'
import type { Values } from './values.js'

/** The tasks whose results are kept: what becomes of them when those are asked for, made, released, or lost. */
export class KeptTasks {
  readonly #tasks: TaskLedger
  readonly #values: Values
  readonly #decide: (decision: Decision) => void

  constructor(tasks: TaskLedger, values: Values, decide: (decision: Decision) => void) {
    this.#tasks = tasks
    this.#values = values
    this.#decide = decide
  }

  /** It is live, and has left its worker: this is its result. */
  done(task: ScheduledTask, worker: SchedulerWorker, made: SmallValue | number): void {
    this.#values.place(task, made, [worker])
    this.#values.doubt(task)
    this.#tasks.done(task)
    if (task.result?.wanted) this.#values.sendHere(task)
  }

  /** A value that nobody computed: here, or on these workers. */
  scattered(task: ScheduledTask, made: SmallValue | number, workers: readonly SchedulerWorker[]): void {
    task.end('done')
    this.#values.place(task, made, workers)
    if (task.result?.exists !== true) this.lose([task])
  }

  /** The value of one that is done is asked for. It is computed again where it is nowhere any more. */
  want(task: ScheduledTask): void {
    if (task.result === undefined) return
    task.result.wanted = true
    if (task.phase !== 'done') return
    if (task.result.exists) this.#values.sendHere(task)
    else if (!task.isRepeatable) this.#tasks.loseForGood(task)
    else {
      task.startAgain()
      this.#tasks.await(task)
    }
  }

  /** A worker holds no values any more, and none come to it. */
  workerLost(worker: SchedulerWorker, exit: WorkerExit): void {
    const { tasks, values } = this.#values.lost(worker, exit)
    this.lose(values)
    // What was to run there, or waits for what was there, has to get its inputs anew.
    for (const task of tasks) if (this.#tasks.giveUpFetching(task)) this.#tasks.await(task)
  }

  /** Values that are needed were lost. Those that cannot be computed again are lost for good. */
  lose(values: readonly ScheduledTask[]): void {
    for (const task of values) {
      if (task.phase !== 'done') continue
      if (!task.isRepeatable) this.#tasks.loseForGood(task)
      else if (task.result?.wanted) this.want(task)
    }
  }

  /** What lies in a worker alone goes to one of the others. */
  evacuate(worker: SchedulerWorker, others: readonly SchedulerWorker[]): void {
    this.#values.evacuate(worker, others)
  }

  /** An input of these cannot be sent to where they were to run. */
  failInputs(tasks: readonly ScheduledTask[], error: unknown): void {
    for (const task of tasks) {
      if (!this.#tasks.giveUpFetching(task)) continue
      this.#decide({ type: 'inputFailed', task, error })
      this.#tasks.fail(task)
    }
  }

  /** Ends what nobody needs any more. */
  sweep(): void {
    for (let tasks = this.#values.sweep(); tasks.length > 0; tasks = this.#values.sweep()) this.#tasks.cancel(tasks, undefined)
  }
}
