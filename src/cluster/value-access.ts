import type { ScatteredValue } from '../core/cluster.js'
import { type Deferred, deferred } from '../core/deferred.js'
import { ClusterError, TaskValidationError } from '../core/errors.js'
import { isTransferred, transferListOf } from '../core/transfer.js'
import { refusePorts } from '../wire/ports.js'
import { ALONE, snapshot } from '../wire/snapshot.js'
import { checkTransferList, findUncloneable, type Uncloneable } from '../wire/uncloneable.js'
import { weigh } from '../wire/weigh.js'
import { copyHere } from './porter.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { Scheduler } from './scheduler.js'
import type { SchedulerLoop } from './scheduler-loop.js'
import { canceledError } from './task-errors.js'
import type { WorkerPool } from './worker-pool.js'

/** How those outside of a cluster come to the values in it, and bring some. */
export class ValueAccess {
  readonly #scheduler: Scheduler
  readonly #pool: WorkerPool
  readonly #loop: SchedulerLoop
  /** What is waited for: values, and workers that take some. */
  readonly #pending = new Set<Deferred<unknown>>()
  #whenOpen: Deferred<unknown> | undefined

  constructor(scheduler: Scheduler, pool: WorkerPool, loop: SchedulerLoop) {
    this.#scheduler = scheduler
    this.#pool = pool
    this.#loop = loop
  }

  /** See `DataCluster.fetch`. */
  fetch(task: ScheduledTask): Promise<unknown> {
    const { result, phase } = task
    if (result === undefined) return Promise.reject(new ClusterError(`The result of task '${task.uid}' is not kept`))
    if (phase === 'failed') return Promise.reject(task.error)
    if (phase === 'canceled') return Promise.reject(canceledError(task, undefined))
    if (result.here !== undefined) return Promise.resolve(copyHere(result.here))
    if (result.reader !== undefined) return result.reader.promise
    const reader = this.#wait()
    result.reader = reader
    const leave = () => {
      if (result.reader === reader) result.reader = undefined
    }
    reader.promise.then(leave, leave)
    // Which may be settled by that.
    this.#loop.dispatch([{ type: 'wanted', task }])
    return reader.promise
  }

  /** See `DataCluster.call`. */
  async call(actor: ScheduledTask, method: string, given: readonly unknown[]): Promise<unknown> {
    const [worker] = actor.result?.holders ?? []
    if (actor.phase === 'failed') throw actor.error
    if (worker === undefined) throw new ClusterError(`Task '${actor.uid}' is no actor that is there`)
    const transfer = given.filter(isTransferred).flatMap(transferListOf)
    const args = given.map((arg) => (isTransferred(arg) ? arg.value : arg))
    const found = whatCannotBeSent(args, transfer)
    if (found === undefined) return this.#pool.call(worker.id, actor, method, args, transfer)
    const { path, what } = found
    throw new TaskValidationError(`'${method}' of actor '${actor.uid}': ${path} is ${what} and cannot be sent`, {
      uid: actor.uid,
      path,
    })
  }

  release(tasks: Iterable<ScheduledTask>): void {
    this.#loop.dispatch([{ type: 'released', tasks: [...tasks] }])
  }

  /** Puts the value of a task that has none yet where it belongs. */
  async scatter(task: ScheduledTask, { value, transfer = [], broadcast }: ScatteredValue): Promise<void> {
    if (broadcast && transfer.length > 0) {
      throw new TaskValidationError('scatter(data): what is moved goes to one worker: broadcast it without transfer', {
        path: 'data',
      })
    }
    const made = weigh(value)
    if (typeof made !== 'number') {
      this.#loop.dispatch([{ type: 'scattered', task, made, workers: [] }])
      return
    }
    while (this.#scheduler.openWorkers().length === 0) await this.#open()
    const workers = broadcast ? this.#scheduler.openWorkers() : this.#scheduler.openWorkers().slice(0, 1)
    const ids = workers.map(({ id }) => id)
    try {
      checkTransferList(transfer)
      refusePorts(value, transfer)
      for (const id of ids) this.#pool.put(id, task, value, transfer)
    } catch (cause) {
      throw uncloneable(value, transfer, cause)
    }
    this.#loop.dispatch([{ type: 'scattered', task, made, workers: ids }])
  }

  /** A worker is ready. */
  opened(): void {
    this.#whenOpen?.resolve(undefined)
    this.#whenOpen = undefined
  }

  /** Nothing will come any more. */
  fail(error: unknown): void {
    for (const waiting of this.#pending) waiting.reject(error)
    this.#whenOpen = undefined
  }

  #open(): Promise<unknown> {
    this.#whenOpen ??= this.#wait()
    const { promise } = this.#whenOpen
    // One that is lost without work need not be replaced otherwise.
    this.#loop.dispatch([{ type: 'workerWanted' }])
    const { exhausted } = this.#scheduler
    if (exhausted !== undefined) this.fail(exhausted.error)
    return promise
  }

  #wait(): Deferred<unknown> {
    const waiting = deferred<unknown>()
    this.#pending.add(waiting)
    const remove = () => void this.#pending.delete(waiting)
    waiting.promise.then(remove, remove)
    return waiting
  }
}

/** Looked for before it is sent: comlink would say neither what nor where. */
function whatCannotBeSent(args: readonly unknown[], transfer: readonly unknown[]): Uncloneable | undefined {
  if (transfer.length === 0 && snapshot(args) !== ALONE) return undefined
  return findUncloneable(args, 'args', new Set(transfer))
}

function uncloneable(value: unknown, transfer: readonly unknown[], cause: unknown): TaskValidationError {
  const found = findUncloneable(value, 'data', new Set(transfer))
  const what = found === undefined ? String(cause) : `${found.path} is ${found.what} and cannot be sent to a worker`
  return new TaskValidationError(`scatter(data): ${what}`, { ...(found && { path: found.path }), cause })
}
