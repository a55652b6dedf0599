import type { TransferList } from '../core/adapter.js'
import type { Amounts } from '../core/amounts.js'
import type { TaskHandle, TaskSink, TaskSpec } from '../core/cluster.js'
import type { SchedulerWorker } from './scheduler-worker.js'

/**
 * Where a task is.
 *
 * New until the scheduler has heard of it, it waits for dependencies, is ready, is assigned to a worker, runs there, and
 * ends in one of three ways. A lost worker leads from assigned and running back to ready. That it runs may be inferred;
 * `started` is its worker's own word.
 */
export type Phase = 'new' | 'waiting' | 'ready' | 'assigned' | 'running' | End

export type End = 'done' | 'failed' | 'canceled'

/** Tasks that take about as long as each other: those of one function. */
export interface TaskGroup {
  /** Mean milliseconds of a task; `undefined` until one was measured. */
  meanMs: number | undefined
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
  /** Bytes of its result, where they stay on the worker. */
  size = 0
  /** Dependencies that are not done. */
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
  }

  get live(): boolean {
    return this.phase !== 'done' && this.phase !== 'failed' && this.phase !== 'canceled'
  }

  /** Ends it, and lets go of what it was given: somebody may hold its handle for long. */
  end(how: End): void {
    this.phase = how
    this.args = NOTHING
    this.transfer = undefined
    this.dependencies = undefined
  }
}

const NOTHING: readonly unknown[] = []
