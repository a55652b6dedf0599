import type { TransferList } from '../core/adapter.js'
import type { Amounts } from '../core/amounts.js'
import type { Path, ScatteredValue, TaskHandle, TaskSink, TaskSpec } from '../core/cluster.js'
import type { SpecFiles } from '../core/files.js'
import { Keep } from '../wire/protocol.js'
import { KeptResult } from './kept-result.js'
import type { SchedulerWorker } from './scheduler-worker.js'

/**
 * Where a task is.
 *
 * New until the scheduler has heard of it, it waits for dependencies, is ready, is assigned to a worker (when all its
 * inputs are fetched there), runs there, and ends in one of three ways. A lost worker leads from assigned and running back
 * to ready; the loss of a value that is needed leads from done to new. That it runs may be inferred; `started` is its
 * worker's own word.
 */
export type Phase = 'new' | 'waiting' | 'ready' | 'fetching' | 'assigned' | 'running' | End

export type End = 'done' | 'failed' | 'canceled'

/** Tasks that take about as long as each other: those of one function. */
export interface TaskGroup {
  /** Mean milliseconds of a task; `undefined` until one was measured. */
  meanMs: number | undefined
}

/** A task whose value stands in the arguments of another, and where. */
export interface ScheduledInput {
  readonly task: ScheduledTask
  readonly path: Path
}

/** A submitted task. The scheduler alone changes where it is. */
export class ScheduledTask<Group extends TaskGroup = TaskGroup> implements TaskHandle {
  readonly id: number
  readonly uid: string
  readonly name: string
  readonly owner: unknown
  readonly sink: TaskSink
  readonly group: Group
  readonly priority: number
  readonly resources: Amounts | undefined
  readonly timeout: number | undefined
  readonly workers: readonly string[] | undefined
  readonly allowOtherWorkers: boolean
  args: readonly unknown[]
  transfer: TransferList | undefined
  dependencies: readonly ScheduledTask[] | undefined
  inputs: readonly ScheduledInput[] | undefined
  files: SpecFiles | undefined
  /** Of one that is kept. */
  readonly result: KeptResult | undefined
  phase: Phase = 'new'
  /** Where it was assigned; where its result lies, once it is done. */
  worker: SchedulerWorker | undefined = undefined
  /** Whether its worker said that it runs. Stays when it is cancelled there. */
  started = false
  /** How often it was assigned. */
  attempt = 0
  /** For the one who posts it: see `Claims`. */
  ticket = 0
  /** How often it may still be run again when it throws. */
  retries: number
  /** How many workers were lost with it, while it ran there or may have. */
  losses = 0
  /** It was on a worker that was lost, and may be the cause. */
  suspect = false
  /** Predicted microseconds, as its worker's load counts it. A small integer, which costs no allocation. */
  loadUs = 0
  /** Dependencies that are not done; of one whose inputs are fetched, those that are not there. */
  waitingFor = 0
  dependents: ScheduledTask[] | undefined = undefined
  /** Whether the sink was told that it runs, and that it ended: for the one who tells it. */
  announced = false
  settled = false
  /** Why it failed, as the sink was told: for those that depend on it. */
  error: unknown = undefined

  constructor(id: number, spec: TaskSpec, sink: TaskSink, group: Group) {
    this.id = id
    this.uid = spec.uid
    this.name = spec.name
    this.owner = spec.owner
    this.sink = sink
    this.group = group
    this.priority = spec.priority
    this.resources = spec.resources
    this.timeout = spec.timeout
    this.retries = spec.retries ?? 0
    this.workers = spec.workers
    this.allowOtherWorkers = spec.allowOtherWorkers ?? false
    this.args = spec.args
    this.transfer = spec.transfer
    this.dependencies = spec.dependencies as readonly ScheduledTask[] | undefined
    this.inputs = spec.inputs as readonly ScheduledInput[] | undefined
    this.files = spec.files
    this.result = spec.keep && new KeptResult(spec.keep)
    if (this.inputs !== undefined) this.#useInputs(this.inputs)
  }

  /** One that nobody computes: only its value is to come. */
  static ofValue(id: number, { uid, name, owner }: ScatteredValue, sink: TaskSink): ScheduledTask {
    const spec = { uid, name, owner, function: name, args: NOTHING, priority: 0, keep: 'shared' } as const
    const task = new ScheduledTask(id, spec, sink, { meanMs: undefined })
    // There is nothing to tell of it, but that it is lost.
    task.settled = true
    return task
  }

  /** What becomes of its result. */
  get keep(): Keep {
    return this.result?.keep ?? Keep.No
  }

  /** Whether it is done and could be run again. */
  get isRepeatable(): boolean {
    return this.args !== NOTHING
  }

  get live(): boolean {
    return this.phase !== 'done' && this.phase !== 'failed' && this.phase !== 'canceled'
  }

  /**
   * Ends it, and lets go of what it was given: somebody may hold its handle for long. What was kept may have to be made
   * again, of the same.
   */
  end(how: End): void {
    this.phase = how
    if (how === 'done' && isComputed(this.keep) && this.transfer === undefined) return
    this.args = NOTHING
    this.transfer = undefined
    this.dependencies = undefined
    this.inputs = undefined
    this.files = undefined
  }

  /** Its value is to be made again. */
  startAgain(): void {
    this.phase = 'new'
    this.worker = undefined
    this.started = false
    if (this.inputs !== undefined) this.#useInputs(this.inputs)
  }

  #useInputs(inputs: readonly ScheduledInput[]): void {
    for (const { task } of inputs) if (task.result !== undefined) task.result.users++
  }
}

/** What a worker keeps and another could make again. */
function isComputed(keep: Keep): boolean {
  return keep === Keep.Shared || keep === Keep.Copied
}

const NOTHING: readonly unknown[] = []
