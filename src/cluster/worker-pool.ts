import type { WorkerAdapter, WorkerExit, WorkerSource } from '../core/adapter.js'
import { ClusterError, type TaskValidationError } from '../core/errors.js'
import type { Events, Timings } from '../wire/protocol.js'
import { type PoolTask, PoolWorker } from './pool-worker.js'

export interface PoolOptions {
  readonly adapter: WorkerAdapter
  readonly slots: number
  /** Milliseconds that a worker has to get ready. */
  readonly timeout: number
  readonly source?: WorkerSource | undefined
}

export interface PoolEvents {
  ready(worker: string): void
  /** It ended, or could not be started. Once for each worker; nothing is heard of it after that. */
  lost(worker: string, exit: WorkerExit): void
  message(worker: string, events: Events, timings: Timings): void
  unsendable(task: PoolTask, error: TaskValidationError): void
}

/** Carries out what the scheduler decides: starts workers, posts to them, tells when one is ready and when it is gone. */
export class WorkerPool {
  readonly #options: PoolOptions
  readonly #events: PoolEvents
  readonly #workers = new Map<string, PoolWorker>()
  readonly #spawning = new Set<Promise<void>>()
  #closed = false

  constructor(options: PoolOptions, events: PoolEvents) {
    this.#options = options
    this.#events = events
  }

  spawn(id: string): void {
    const spawning = this.#spawn(id).finally(() => this.#spawning.delete(spawning))
    this.#spawning.add(spawning)
  }

  post(id: string, tasks: readonly PoolTask[]): void {
    this.#workers.get(id)?.post(tasks)
  }

  abort(id: string, taskIds: readonly number[], reason: unknown): void {
    this.#workers.get(id)?.abort(taskIds, reason)
  }

  /** Whether a worker keeps the process alive. */
  hold(id: string, held: boolean): void {
    this.#workers.get(id)?.hold(held)
  }

  /** Ends all workers, those that are starting too. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#workers.values()].map((worker) => worker.handle.terminate()))
    await Promise.all(this.#spawning)
  }

  async #spawn(id: string): Promise<void> {
    const { adapter, source } = this.#options
    let worker: PoolWorker
    try {
      const handle = await adapter.spawn({ name: id, ...(source !== undefined && { source }) })
      worker = new PoolWorker(id, handle, {
        message: (events, timings) => this.#events.message(id, events, timings),
        unsendable: (task, error) => this.#events.unsendable(task, error),
      })
    } catch (error) {
      this.#events.lost(id, { reason: 'error', error })
      return
    }
    if (this.#closed) return worker.handle.terminate()
    this.#workers.set(id, worker)
    const { exited } = worker.handle
    const failure = await this.#getReady(worker, exited)
    if (failure === undefined) this.#events.ready(id)
    else {
      this.#workers.delete(id)
      void worker.handle.terminate()
      this.#events.lost(id, failure)
      return
    }
    void exited.then((exit) => {
      this.#workers.delete(id)
      this.#events.lost(id, exit)
    })
  }

  /** Why the worker did not get ready; `undefined` when it did. */
  async #getReady(worker: PoolWorker, exited: Promise<WorkerExit>): Promise<WorkerExit | undefined> {
    const { slots, timeout } = this.#options
    let timer: TimerHandle | undefined
    const late = new Promise<WorkerExit>((resolve) => {
      timer = setTimeout(() => {
        const error = new ClusterError(
          `Worker '${worker.id}' was not ready within ${timeout} ms. A worker of your own must call expose({ … }) from 'daskflow/worker'.`,
        )
        resolve({ reason: 'error', error })
      }, timeout)
    })
    const started = worker.start(slots).then(
      () => undefined,
      (error: unknown): WorkerExit => ({ reason: 'error', error }),
    )
    try {
      // A call to a worker that dies never settles, hence the race.
      return await Promise.race([started, exited, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
