import type { DataCluster, TaskHandle } from '../core/cluster.js'
import type { SubmittedTask } from './submitted-task.js'

/** Dask's words for where a future is. */
export type FutureStatus = 'pending' | 'finished' | 'error' | 'cancelled' | 'lost'

/** What all futures of a key share. The cluster tells it what becomes of its task. */
export class FutureState {
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
  // Most futures are never listened to, and there may be a million of them.
  #onSettled: Set<() => void> | undefined
  #onProgress: Set<(progress: unknown) => void> | undefined

  constructor(key: string, cluster: DataCluster, task?: SubmittedTask, identity?: string) {
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
    this.#onProgress = undefined
    this.onEnded?.()
    this.onEnded = undefined
    const waiting = this.#onSettled
    this.#onSettled = undefined
    if (waiting !== undefined) for (const tell of waiting) tell()
  }

  /** It is to be computed again. */
  restart(): void {
    this.status = 'pending'
    this.error = undefined
  }

  /** Calls back when it is not pending any more, later even where it is not now. Answers how to stop that. */
  onSettled(tell: () => void): () => void {
    if (this.status !== 'pending') {
      let wanted = true
      queueMicrotask(() => wanted && tell())
      return () => {
        wanted = false
      }
    }
    this.#onSettled ??= new Set()
    this.#onSettled.add(tell)
    return () => void this.#onSettled?.delete(tell)
  }

  onProgress(listener: (progress: unknown) => void): () => void {
    this.#onProgress ??= new Set()
    this.#onProgress.add(listener)
    return () => void this.#onProgress?.delete(listener)
  }

  progress(progress: unknown): void {
    if (this.#onProgress !== undefined) for (const listener of this.#onProgress) listener(progress)
  }
}
