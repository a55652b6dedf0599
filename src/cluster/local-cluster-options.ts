import type { WorkerAdapter, WorkerSource } from '../core/adapter.js'
import type { Amounts } from '../core/amounts.js'
import type { TaskFunction } from '../core/task.js'

export interface LocalClusterOptions {
  readonly adapter: WorkerAdapter
  /** Default: what makes use of the machine. */
  readonly nWorkers?: number | undefined
  /** As many workers are started at once, and kept. Default 1. */
  readonly minWorkers?: number | undefined
  /** Milliseconds that a worker beyond those may have nothing to do. Default 60,000. */
  readonly idleTimeout?: number | undefined
  /** After so many tasks a worker is replaced. Default: never. */
  readonly maxTasksPerWorker?: number | undefined
  /** How many tasks may wait for a worker; the next wait to be admitted. Default: any number. */
  readonly maxQueue?: number | undefined
  /** Tasks that a worker runs at a time. Default 1. */
  readonly threadsPerWorker?: number | undefined
  /** How many lost workers a started task survives. Default 3. */
  readonly allowedFailures?: number | undefined
  /** Milliseconds that a worker has to get ready. Default 30,000. */
  readonly timeout?: number | undefined
  /** Milliseconds that a cancelled task has to end, before its worker is replaced. Default 100. */
  readonly cancelGrace?: number | undefined
  /** Bytes that a worker may hold, where its runtime can tell. Default: any. */
  readonly memoryLimit?: number | undefined
  /** Called in each worker before its first task. */
  readonly setup?: TaskFunction | undefined
  /** What each worker has. Default: nothing. */
  readonly resources?: Amounts | undefined
  /** What tasks are told as the worker that runs them. Default: the id of that worker. */
  readonly workerName?: string | undefined
  /** The user's own worker. */
  readonly worker?: WorkerSource | undefined
}
