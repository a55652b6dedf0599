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
  readonly #starting = new Map<string, Deadline>()

  constructor(options: PoolOptions, events: PoolEvents) {
    this.#options = options
    this.#events = events
  }

  spawn(id: string): void {
    const deadline = new Deadline(id, this.#options.timeout)
    this.#starting.set(id, deadline)
    void this.#start(id, deadline).then((failure) => {
      deadline.clear()
      this.#starting.delete(id)
      if (failure === undefined) this.#events.ready(id)
      else this.#lose(id, failure)
    })
  }

  post(id: string, tasks: readonly PoolTask[]): void {
    this.#workers.get(id)?.post(tasks)
  }

  abort(id: string, taskIds: readonly number[], reason: unknown): void {
    this.#workers.get(id)?.abort(taskIds, reason)
  }

  forget(functionIds: readonly number[]): void {
    for (const worker of this.#workers.values()) worker.forget(functionIds)
  }

  /** Whether a worker keeps the process alive. */
  hold(id: string, held: boolean): void {
    this.#workers.get(id)?.hold(held)
  }

  /** Ends all workers, those that are starting too. */
  async close(): Promise<void> {
    for (const deadline of this.#starting.values()) deadline.pass(new ClusterError('The pool was closed', { code: 'ERR_CLOSED' }))
    await Promise.all([...this.#workers.values()].map((worker) => worker.handle.terminate()))
  }

  /** Why the worker did not get ready; `undefined` when it did. */
  async #start(id: string, deadline: Deadline): Promise<WorkerExit | undefined> {
    const worker = await Promise.race([this.#spawn(id).catch(failed), deadline.passed])
    if (!(worker instanceof PoolWorker)) return worker
    const { exited } = worker.handle
    const started = worker.start(this.#options.slots).then(() => undefined, failed)
    // A call to a worker that dies never settles, hence the race.
    const failure = await Promise.race([started, exited, deadline.passed])
    if (failure !== undefined) void worker.handle.terminate()
    else void exited.then((exit) => this.#lose(id, exit))
    return failure
  }

  async #spawn(id: string): Promise<PoolWorker> {
    const { adapter, source } = this.#options
    const handle = await adapter.spawn({ name: id, ...(source !== undefined && { source }) })
    const worker = new PoolWorker(id, handle, {
      message: (events, timings) => this.#events.message(id, events, timings),
      unsendable: (task, error) => this.#events.unsendable(task, error),
    })
    // It may come when nobody waits for it any more.
    if (this.#starting.has(id)) this.#workers.set(id, worker)
    else void handle.terminate()
    return worker
  }

  #lose(id: string, exit: WorkerExit): void {
    this.#workers.delete(id)
    this.#events.lost(id, exit)
  }
}

/** The usual reason why a user's own worker does not get ready. */
export const EXPOSE_HINT = "A worker of your own must call expose({ … }) from 'daskflow/worker'."

/** When a worker must be ready. */
class Deadline {
  /** Resolves when it has passed; never, when it was cleared before. */
  readonly passed: Promise<WorkerExit>
  #pass: (exit: WorkerExit) => void = () => {}
  readonly #timer: TimerHandle

  constructor(id: string, ms: number) {
    this.passed = new Promise((resolve) => {
      this.#pass = resolve
    })
    const message = `Worker '${id}' was not ready within ${ms} ms. ${EXPOSE_HINT}`
    this.#timer = setTimeout(() => this.pass(new ClusterError(message)), ms)
  }

  pass(error: ClusterError): void {
    this.#pass(failed(error))
  }

  clear(): void {
    clearTimeout(this.#timer)
  }
}

function failed(error: unknown): WorkerExit {
  return { reason: 'error', error }
}
