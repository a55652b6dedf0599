import { append } from '../core/append.js'
import { ClusterError } from '../core/errors.js'
import { checkTaskOptions } from '../input/task-options.js'
import type { TaskSignals } from '../input/task-signals.js'
import { LOCAL_TASK_CHECKS } from './concurrent-options.js'
import { executableWork } from './executable-work.js'
import { functionWork } from './function-work.js'
import { LocalRun, type LocalRunSetUp, type LocalTask } from './local-run.js'
import { forgetOutcome, type Outcome } from './outcome.js'
import { promptWork } from './prompt-work.js'
import type { Slots } from './slots.js'
import type { LocalTaskOptions, Work, Workshop } from './work.js'

export interface LocalSubmissionSetUp {
  readonly signals: TaskSignals<LocalTask>
  readonly workshop: Workshop
  readonly runs: LocalRunSetUp
}

/** The way of one batch from its live tasks to the slots in which they run. */
export class LocalSubmission {
  readonly #setUp: LocalSubmissionSetUp
  readonly #refused: (readonly [LocalTask, Outcome])[] = []
  readonly #signed = new Map<AbortSignal, LocalTask[]>()

  constructor(setUp: LocalSubmissionSetUp) {
    this.#setUp = setUp
  }

  submit(slots: Slots, tasks: readonly LocalTask[]): void {
    const runs: LocalRun[] = []
    for (const task of tasks) {
      if (task.ended) continue
      const run = this.#toRun(task)
      if (run !== undefined) runs.push(run)
    }
    // Last, since listeners are other people's code.
    for (const [task, outcome] of this.#refused) this.#setUp.runs.settle(task, 'FAILED', outcome)
    for (const [signal, those] of this.#signed) this.#setUp.signals.watch(signal, those)
    slots.add(runs)
  }

  #toRun(task: LocalTask): LocalRun | undefined {
    try {
      forgetOutcome(task.record)
      const options = checkTaskOptions<LocalTaskOptions>(task.record.taskBackendSpecificKwargs, {
        what: 'taskBackendSpecificKwargs',
        uid: task.uid,
        checks: LOCAL_TASK_CHECKS,
        later: LATER,
      })
      const run = new LocalRun(task, this.#workOf(task, options), options, this.#setUp.runs)
      task.handle = run
      if (options.signal !== undefined) append(this.#signed, options.signal, task)
      return run
    } catch (exception) {
      // There is nothing else that could stand there.
      const isNowhere = exception instanceof ClusterError && Boolean(task.record.executable)
      this.#refused.push([task, isNowhere ? { exception, stderr: exception } : { exception }])
      return undefined
    }
  }

  #workOf({ record }: LocalTask, options: LocalTaskOptions): Work {
    const { workshop } = this.#setUp
    if (record.executable) return executableWork(record, options, workshop)
    const asks = record.prompt !== undefined && record.prompt !== null && !record.function
    return asks ? promptWork(record, workshop) : functionWork(record, workshop)
  }
}

// Words of the contract that this version does not do yet.
const LATER = ['key', 'pure']
