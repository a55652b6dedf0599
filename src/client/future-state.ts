import type { DataCluster, TaskHandle } from '../core/cluster.js'
import { Pending } from '../core/pending.js'
import type { SubmittedTask } from './submitted-task.js'

/** Dask's words for where a future is. */
export type FutureStatus = 'pending' | 'finished' | 'error' | 'cancelled' | 'lost'

/** What all futures of a key share. The cluster tells it what becomes of its task. */
export class FutureState extends Pending {
  readonly key: string
  /** Where its task is. */
  readonly cluster: DataCluster
  /** What was submitted, for a retry; `undefined` of what was scattered. */
  readonly task: SubmittedTask | undefined
  /** What calls have in common that share it; where they do. */
  readonly identity: string | undefined
  /** The task, as the cluster knows it now; a retry makes it another. */
  handle: TaskHandle | undefined
  status: FutureStatus = 'pending'
  /** Why it is not finished. */
  error: unknown
  /** Futures that were not released. */
  holders = 0
  /** For the one who watches its signal. */
  onEnded: (() => void) | undefined

  constructor(key: string, cluster: DataCluster, task?: SubmittedTask, identity?: string) {
    super()
    this.key = key
    this.cluster = cluster
    this.task = task
    this.identity = identity
  }

  get ended(): boolean {
    return this.status !== 'pending'
  }

  /** Its task ended so. */
  settle(status: Exclude<FutureStatus, 'pending'>, error?: unknown): void {
    this.status = status
    this.error = error
    this.onEnded?.()
    this.onEnded = undefined
    this.tellSettled()
  }

  /** It is to be computed again. */
  restart(): void {
    this.status = 'pending'
    this.error = undefined
  }
}
