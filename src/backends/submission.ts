import { append } from '../core/append.js'
import type { Cluster, TaskHandle, TaskSink, TaskSpec } from '../core/cluster.js'
import { TaskValidationError } from '../core/errors.js'
import type { SpecFiles } from '../core/files.js'
import { notSupported } from '../core/not-supported.js'
import type { TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'
import { isDataCluster } from '../input/cluster.js'
import { takeOut } from '../input/take-out.js'
import type { TaskSignals } from '../input/task-signals.js'
import { dependencyError } from './dependency-error.js'
import type { LiveTask, LiveTasks } from './live-tasks.js'
import { forgetOutcome } from './outcome.js'
import { ResultRef } from './result-ref.js'
import { type SpecSetUp, toSpec } from './task-input.js'

// Tasks that are handed to the cluster at a time.
const PART = 512

export interface SubmissionSetUp {
  readonly live: LiveTasks
  readonly signals: TaskSignals<LiveTask>
  readonly specs: SpecSetUp
  readonly sink: TaskSink
  /** Whether there may be references among the arguments: where there was never one, nobody has to look. */
  readonly keepsResults: () => boolean
  /** Ends a task that did not come to the cluster. */
  readonly settle: (task: LiveTask, state: TaskState, outcome?: Partial<TaskRecord>) => void
}

/** How a task ended that cannot be run. */
interface Refusal {
  readonly state: TaskState
  readonly outcome?: Partial<TaskRecord>
}

/** The way of one batch from its live tasks to the cluster. */
export class Submission {
  readonly #setUp: SubmissionSetUp
  readonly #files: ReadonlyMap<LiveTask, SpecFiles> | undefined
  readonly #refused = new Map<LiveTask, Refusal>()
  readonly #signed = new Map<AbortSignal, LiveTask[]>()

  /** `files`: of those that have any. */
  constructor(setUp: SubmissionSetUp, files?: ReadonlyMap<LiveTask, SpecFiles>) {
    this.#setUp = setUp
    this.#files = files
  }

  /** Resolves when all are admitted; `undefined` when they were at once. */
  submit(cluster: Cluster, tasks: readonly LiveTask[]): Promise<unknown> | undefined {
    const { live, signals, settle } = this.#setUp
    const accepted: Promise<void>[] = []
    let from = 0
    try {
      for (const { record } of tasks) forgetOutcome(record)
      // In parts: what only the way to the cluster needs is garbage before it has grown old.
      while (from < tasks.length) {
        const to = this.#endOfPart(tasks, from)
        const later = this.#submitPart(cluster, tasks.slice(from, to))
        if (later !== undefined) accepted.push(later)
        from = to
      }
    } catch (exception) {
      if (from === 0) {
        for (const task of tasks) live.end(task)
        throw exception
      }
      // The cluster was closed by somebody's code on the way. What it has runs, or is cancelled; the rest must end, too.
      for (const task of tasks.slice(from)) this.#refused.set(task, { state: 'FAILED', outcome: { exception } })
    }
    // Last, since listeners are other people's code.
    for (const [task, { state, outcome }] of this.#refused) settle(task, state, outcome)
    for (const [signal, those] of this.#signed) signals.watch(signal, those)
    return accepted.length > 0 ? Promise.all(accepted) : undefined
  }

  // What a task waits for must have its handle: such a task begins a part.
  #endOfPart(tasks: readonly LiveTask[], from: number): number {
    const most = Math.min(from + PART, tasks.length)
    let to = from + 1
    while (to < most && tasks[to]?.sources === undefined) to++
    return to
  }

  #submitPart(cluster: Cluster, tasks: readonly LiveTask[]): Promise<void> | undefined {
    const { handles, accepted } = cluster.submitBatch(this.#toSpecs(cluster, tasks), this.#setUp.sink)
    for (const handle of handles) (handle.owner as LiveTask).handle = handle
    return accepted
  }

  #toSpecs(cluster: Cluster, tasks: readonly LiveTask[]): readonly TaskSpec[] {
    const specs: TaskSpec[] = []
    for (const task of tasks) {
      if (task.ended) continue
      try {
        const files = this.#files?.get(task)
        const plain = toSpec(task, this.#setUp.specs)
        const spec = files === undefined ? plain : { ...plain, files }
        const dependencies = task.sources && this.#dependenciesOf(task.uid, task.sources)
        if (dependencies === CANCELED) {
          this.#refused.set(task, { state: 'CANCELED' })
          continue
        }
        specs.push(this.#withInputs(cluster, dependencies === undefined ? spec : { ...spec, dependencies }))
        const signal = task.record.taskBackendSpecificKwargs?.signal
        if (signal !== undefined) append(this.#signed, signal, task)
      } catch (exception) {
        this.#refused.set(task, {
          state: 'FAILED',
          outcome: isExecutable(task) ? { exception, stderr: exception } : { exception },
        })
      }
    }
    // The logger, or what a record asks, is other people's code, which may have cancelled some.
    return tasks.some(isEnded) ? specs.filter(({ owner }) => !isEnded(owner as LiveTask)) : specs
  }

  /** With the results that its arguments refer to. @throws {TaskValidationError} */
  #withInputs(cluster: Cluster, spec: TaskSpec): TaskSpec {
    if (spec.keep && !isDataCluster(cluster)) throw notSupported('keepResult, with a cluster that keeps no results,')
    if (!this.#setUp.keepsResults()) return spec
    const { args, found } = takeOut(spec.args, ResultRef.isRef)
    if (found.length === 0) return spec
    return { ...spec, args, inputs: found.map(({ item, path }) => ({ task: ResultRef.handleOf(item, cluster), path })) }
  }

  /** What it was linked to and is not done. @throws {DependencyFailureError | TaskValidationError} */
  #dependenciesOf(uid: string, sources: readonly TaskRecord[]): readonly TaskHandle[] | typeof CANCELED {
    const dependencies: TaskHandle[] = []
    for (const source of sources) {
      const found = this.#setUp.live.task(source.uid)
      // Another task may bear its uid by now.
      const task = found?.record === source ? found : undefined
      const refusal = task && this.#refused.get(task)
      const state = task === undefined ? source.state : refusal?.state
      if (state === 'CANCELED') return CANCELED
      if (state === 'FAILED') {
        const error = refusal?.outcome?.exception ?? source.exception
        throw dependencyError(uid, { uid: source.uid, name: source.name ?? source.uid, error })
      }
      if (state === 'DONE') continue
      if (task?.handle === undefined) throw notSubmitted(uid, source.uid)
      dependencies.push(task.handle)
    }
    return dependencies
  }
}

const CANCELED = Symbol('canceled')

function notSubmitted(uid: string, source: string): TaskValidationError {
  return new TaskValidationError(
    `Task '${uid}' is linked to '${source}', which did not come to the cluster before it: await its submitTasks() first`,
    { uid },
  )
}

function isEnded({ ended }: LiveTask): boolean {
  return ended
}

function isExecutable({ record }: LiveTask): boolean {
  try {
    return Boolean(record.executable)
  } catch {
    // A getter that throws is why it was refused.
    return false
  }
}
