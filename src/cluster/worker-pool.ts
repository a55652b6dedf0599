import type { FunctionLookup, TransferList, WorkerAdapter, WorkerExit, WorkerHandle, WorkerSource } from '../core/adapter.js'
import { ClusterError, type TaskValidationError } from '../core/errors.js'
import { Claims } from '../wire/claims.js'
import type { EventsMessage, WireSetup } from '../wire/protocol.js'
import { Alarms } from './alarms.js'
import { openControl } from './control.js'
import { type PoolActor, PoolWorker, type PoolWorkerEvents } from './pool-worker.js'
import { SetupError } from './setup-error.js'
import type { PoolTask, PoolValue } from './task-batch.js'
import { actorLostError } from './task-errors.js'

export interface PoolOptions {
  readonly adapter: WorkerAdapter
  readonly slots: number
  /** Milliseconds that a worker has to get ready. */
  readonly timeout: number
  readonly source?: WorkerSource | undefined
  /** Bytes that a worker may hold. */
  readonly memoryLimit: number | undefined
  /** Called in each worker before its first task. */
  /** What tasks are told as the worker that runs them, where that is not its id. */
  readonly workerName: string | undefined
  readonly setup: WireSetup | undefined
  /** For workers that take functions by reference. */
  readonly functionOf: FunctionLookup
}

export interface PoolEvents {
  ready(worker: string): void
  /** It is about to end by itself, and said what it runs. */
  goodbye(worker: string): void
  /** A message of it could not be read. */
  unreadable(worker: string): void
  /** It sent a message that means nothing here: the so many-th. */
  ignored(worker: string, count: number): void
  /** It ended, or could not be started. Once for each worker; nothing is heard of it after that. */
  lost(worker: string, exit: WorkerExit): void
  message(worker: string, message: EventsMessage): void
  unsendable(task: PoolTask, error: TaskValidationError): void
}

/** Carries out what the scheduler decides: starts workers, posts to them, tells when one is ready and when it is gone. */
export class WorkerPool {
  readonly #options: PoolOptions
  readonly #events: PoolEvents
  readonly #workers = new Map<string, PoolWorker>()
  readonly #starting = new Map<string, Deadline>()
  readonly #alarms = new Alarms()

  constructor(options: PoolOptions, events: PoolEvents) {
    this.#options = options
    this.#events = events
  }

  /** Starts a worker, `delayMs` from now. It is ready or lost later; never before this has returned. */
  spawn(id: string, delayMs: number): void {
    const deadline = new Deadline()
    this.#starting.set(id, deadline)
    void this.#start(id, deadline, delayMs).then((failure) => {
      deadline.clear()
      this.#starting.delete(id)
      if (failure === undefined) this.#events.ready(id)
      else this.#lose(id, this.#explained(id, failure))
    })
  }

  /** Ends a worker by force. That it is lost is told when it has gone. */
  terminate(id: string): void {
    this.#starting.get(id)?.pass({ reason: 'terminated' })
    const worker = this.#workers.get(id)
    if (worker === undefined) return
    worker.hold(false)
    void end(worker.handle)
  }

  post(id: string, tasks: readonly PoolTask[]): void {
    this.#workers.get(id)?.post(tasks)
  }

  /** See `PoolWorker.takeBack`. */
  takeBack<T extends { readonly ticket: number }>(id: string, tasks: readonly T[]): readonly T[] | undefined {
    return this.#workers.get(id)?.takeBack(tasks)
  }

  /** See `PoolWorker.running`. */
  running<T extends { readonly ticket: number }>(id: string, tasks: readonly T[]): readonly T[] | undefined {
    return this.#workers.get(id)?.running(tasks)
  }

  /** See `PoolWorker.call`. */
  call(id: string, actor: PoolActor, method: string, args: readonly unknown[], transfer: TransferList): Promise<unknown> {
    const worker = this.#workers.get(id)
    return worker === undefined
      ? Promise.reject(actorLostError(actor.uid, method, id, { reason: 'terminated' }))
      : worker.call(actor, method, args, transfer)
  }

  /** See `PoolWorker.put`. */
  put(id: string, task: PoolValue, value: unknown, transfer?: TransferList): void {
    this.#workers.get(id)?.put(task, value, transfer)
  }

  fetch(id: string, taskId: number): void {
    this.#workers.get(id)?.fetch(taskId)
  }

  release(id: string, taskIds: readonly number[]): void {
    this.#workers.get(id)?.release(taskIds)
  }

  recall(id: string): void {
    this.#workers.get(id)?.recall()
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
    this.#alarms.clear()
    for (const deadline of this.#starting.values()) deadline.pass({ reason: 'terminated' })
    await Promise.all([...this.#workers.values()].map((worker) => end(worker.handle)))
  }

  /** Why the worker did not get ready; `undefined` when it did. */
  async #start(id: string, deadline: Deadline, delayMs: number): Promise<WorkerExit | undefined> {
    const givenUp = delayMs > 0 ? await deadline.sleep(delayMs) : undefined
    if (givenUp !== undefined) return givenUp
    deadline.arm(this.#options.timeout)
    const worker = await Promise.race([this.#spawn(id, deadline).catch(failed), deadline.passed])
    if (!(worker instanceof PoolWorker)) return worker
    const { exited } = worker
    const started = this.#setUp(worker, deadline).then(() => undefined, failed)
    // A call to a worker that dies never settles, hence the race.
    const failure = await Promise.race([started, exited, deadline.passed])
    if (failure !== undefined) void end(worker.handle)
    else void exited.then((exit) => this.#lose(id, exit))
    return failure
  }

  // Once it has spoken it gets its time again: this side may have been too busy to hear it.
  async #setUp(worker: PoolWorker, deadline: Deadline): Promise<void> {
    await worker.greeted
    deadline.arm(this.#options.timeout)
    const { slots, memoryLimit, workerName, setup } = this.#options
    await worker.start({
      workerId: workerName ?? worker.id,
      slots,
      ...(memoryLimit !== undefined && { memoryLimit }),
      ...(setup !== undefined && { setup }),
    })
  }

  async #spawn(id: string, deadline: Deadline): Promise<PoolWorker> {
    const { adapter, slots, source, memoryLimit, functionOf } = this.#options
    const byReference = adapter.functions === 'reference'
    const handle = await adapter.spawn({
      name: id,
      ...(source !== undefined && { source }),
      ...(memoryLimit !== undefined && { memoryLimit }),
      ...(byReference && { functionOf }),
    })
    const worker = new PoolWorker(id, handle, {
      openControl: () => openControl(adapter),
      claims: adapter.sharesMemory === true ? Claims.forSlots(slots) : undefined,
      events: this.#eventsOf(id, handle),
    })
    // It may come when nobody waits for it any more.
    if (deadline.hasPassed) void end(handle)
    else this.#workers.set(id, worker)
    return worker
  }

  #eventsOf(id: string, handle: WorkerHandle): PoolWorkerEvents {
    return {
      message: (message) => this.#events.message(id, message),
      unsendable: (task, error) => this.#events.unsendable(task, error),
      unreadable: () => this.#events.unreadable(id),
      ignored: (count) => this.#events.ignored(id, count),
      goodbye: () => {
        this.#events.goodbye(id)
        // Where the platform does not tell of the end, or is late, this makes it.
        this.#alarms.set(LEAVE_MS, () => void end(handle))
      },
    }
  }

  #lose(id: string, exit: WorkerExit): void {
    const goodbye = this.#workers.get(id)?.goodbye
    const byItself = goodbye !== undefined && (exit.reason === 'terminated' || exit.reason === 'exited')
    // While it can still be asked what it ran.
    this.#events.lost(id, byItself ? { ...exit, reason: 'exited', ...goodbye } : exit)
    this.#workers.delete(id)
  }

  /** Why a worker did not get ready, in words. */
  #explained(id: string, exit: WorkerExit): WorkerExit {
    const { source } = this.#options
    const from = source === undefined ? '' : ` from ${typeof source === 'function' ? 'resources.worker' : `'${source}'`}`
    const message = `Worker '${id}' could not be started${from}. ${this.#reasonOf(exit, this.#workers.get(id)?.hasGreeted)}`
    return { ...exit, error: new ClusterError(message, { cause: exit.error }) }
  }

  #reasonOf({ reason, code, error }: WorkerExit, hasGreeted = false): string {
    if (error instanceof SetupError) return error.message
    if (error !== undefined) return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    const { source, setup } = this.#options
    const hint = hasGreeted ? setup && ' It was in resources.setup.' : source && ` ${EXPOSE_HINT}`
    if (reason === 'timeout') return `It was not ready within ${this.#options.timeout} ms.${hint ?? ''}`
    return `It ended (${reason}${code === undefined ? '' : `, exit code ${code}`}) before it was ready.${hint ?? ''}`
  }
}

// A worker that said goodbye is gone by then, where the platform tells of its end.
const LEAVE_MS = 250

/** Ends a worker, whatever its adapter does. */
async function end(handle: WorkerHandle): Promise<void> {
  try {
    await handle.terminate()
  } catch {
    // An adapter must not reject; that its worker is gone is for `exited` to say.
  }
}

/** The usual reason why a user's own worker does not get ready. */
const EXPOSE_HINT = "A worker of your own must call expose({ … }) from 'daskflow/worker'."

/** When a worker must be ready. */
class Deadline {
  /** Resolves when it has passed; never, when it was cleared before. */
  readonly passed: Promise<WorkerExit>
  #pass: (exit: WorkerExit) => void = () => {}
  readonly #alarms = new Alarms()
  #over = false
  hasPassed = false

  constructor() {
    this.passed = new Promise((resolve) => {
      this.#pass = resolve
    })
  }

  /** From now on it passes after so long. Keeps the process alive: what waits for the worker has nothing else that does. */
  arm(ms: number): void {
    this.#alarms.clear()
    // A worker that was given up may still speak.
    if (this.#over) return
    this.#alarms.set(ms, () => this.pass({ reason: 'timeout' }), { hold: true })
  }

  pass(exit: WorkerExit): void {
    this.hasPassed = true
    this.#pass(exit)
  }

  clear(): void {
    this.#over = true
    this.#alarms.clear()
  }

  /** Answers the exit when it passes meanwhile. Keeps the process alive, too. */
  async sleep(ms: number): Promise<WorkerExit | undefined> {
    let wake: (() => void) | undefined
    const over = new Promise<undefined>((resolve) => {
      wake = this.#alarms.set(ms, () => resolve(undefined), { hold: true })
    })
    try {
      return await Promise.race([over, this.passed])
    } finally {
      wake?.()
    }
  }
}

function failed(error: unknown): WorkerExit {
  return { reason: 'error', error }
}
