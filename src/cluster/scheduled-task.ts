import type { TaskHandle, TaskSink, TaskSpec } from '../core/cluster.js'
import type { SchedulerWorker } from './scheduler-worker.js'

/**
 * Where a task is. New until the scheduler has heard of it, it waits for dependencies, is ready, is assigned to a worker, runs there, and ends in one of three
 * ways. A lost worker leads from assigned and running back to ready.
 */
export type Phase = 'new' | 'waiting' | 'ready' | 'assigned' | 'running' | 'done' | 'failed' | 'canceled'

/** Tasks that take about as long as each other: those of one function. */
export interface TaskGroup {
  /** Mean milliseconds of a task; `undefined` until one was measured. */
  meanMs: number | undefined
}

/** A submitted task. The scheduler alone changes where it is. */
export class ScheduledTask<Group extends TaskGroup = TaskGroup> implements TaskHandle {
  readonly id: number
  readonly spec: TaskSpec
  readonly sink: TaskSink
  readonly group: Group
  phase: Phase = 'new'
  /** Where it was assigned; where its result lies, once it is done. */
  worker: SchedulerWorker | undefined = undefined
  /** Predicted microseconds, as its worker's load counts it. A small integer, which costs no allocation. */
  loadUs = 0
  /** How many workers it has outlived after it had started on them. */
  losses = 0
  /** Bytes of its result, where they stay on the worker. */
  size = 0
  /** Dependencies that are not done. */
  waitingFor = 0
  dependents: ScheduledTask[] | undefined = undefined
  /** Whether the sink was told that it runs, and that it ended: for the one who tells it. */
  announced = false
  settled = false

  constructor(id: number, spec: TaskSpec, sink: TaskSink, group: Group) {
    this.id = id
    this.spec = spec
    this.sink = sink
    this.group = group
  }

  get live(): boolean {
    return this.phase !== 'done' && this.phase !== 'failed' && this.phase !== 'canceled'
  }
}
