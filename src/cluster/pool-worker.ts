import type { TransferList, WorkerExit, WorkerHandle } from '../core/adapter.js'
import { TaskValidationError } from '../core/errors.js'
import { type Claims, nextTicket } from '../wire/claims.js'
import { fromWireError, toWireError } from '../wire/errors.js'
import { refusePorts } from '../wire/ports.js'
import {
  EVENT_STRIDE,
  EVENTS_AT,
  Event,
  type EventsMessage,
  Message,
  PROTOCOL_VERSION,
  type WireInputs,
  type WorkerOptions,
} from '../wire/protocol.js'
import { checkTransferList, findUncloneable } from '../wire/uncloneable.js'
import type { ControlPlane } from './control.js'
import { setupError, versionError } from './setup-error.js'
import { fillIn, type PoolTask, type PoolValue, sharedArgs, TaskBatch } from './task-batch.js'
import { actorLostError } from './task-errors.js'

export interface PoolWorkerEvents {
  message(message: EventsMessage): void
  /** A task that cannot be sent, because of its arguments. */
  unsendable(task: PoolTask, error: TaskValidationError): void
  /** It says that it is about to end. */
  goodbye(): void
  /** A message of it could not be read. */
  unreadable(): void
  /** It sent a message that means nothing here: the so many-th. */
  ignored(count: number): void
}

export interface PoolWorkerSetUp {
  readonly openControl: () => ControlPlane
  /** `undefined` where no memory is shared. */
  readonly claims: Claims | undefined
  readonly events: PoolWorkerEvents
}

/** One started worker: the handshake with it, and what is posted to it. */
export class PoolWorker {
  readonly id: string
  readonly handle: WorkerHandle
  /** What the handle says, whatever its adapter does. */
  readonly exited: Promise<WorkerExit>
  readonly #openControl: () => ControlPlane
  readonly #events: PoolWorkerEvents
  readonly #defined = new Set<number>()
  readonly #claims: Claims | undefined
  #ticket = 0
  #control: ControlPlane | undefined
  #isGone = false
  /** Resolves with its first word; rejects when that is of another protocol. */
  readonly greeted: Promise<void>
  #greet: (version: unknown) => void = () => {}
  #held = true
  #busy = true
  /** Of actors, that are under way. */
  #calls = 0
  /** What it said of its end; `undefined` while it said nothing. */
  goodbye: Partial<Pick<WorkerExit, 'code' | 'reason'>> | undefined
  #ignored = 0
  /** Whether it said its first word. */
  hasGreeted = false
  /** The event that the worker said it would send next, by itself. */
  #alone: { readonly taskId: unknown; readonly what: unknown } | undefined

  constructor(id: string, handle: WorkerHandle, { openControl, claims, events }: PoolWorkerSetUp) {
    this.id = id
    this.#claims = claims
    this.handle = handle
    this.exited = Promise.resolve(handle.exited).catch((error: unknown) => ({ reason: 'error', error }))
    this.#openControl = openControl
    this.#events = events
    this.greeted = new Promise((resolve, reject) => {
      this.#greet = (version) => (version === PROTOCOL_VERSION ? resolve() : reject(versionError(version)))
    })
    // Whoever starts it hears of a refusal; one that nobody starts has nobody to tell.
    this.greeted.catch(() => undefined)
    handle.endpoint.onMessage((message) => this.#receive(message))
    handle.endpoint.onMessageError((error) => this.#unreadable(error))
    void this.exited.then(() => {
      this.#isGone = true
      this.#control?.close()
    })
  }

  /** Once it has greeted. Resolves when it can take tasks; that it may end before is for the caller to see. */
  async start(options: Omit<WorkerOptions, 'claims'>): Promise<void> {
    // What is opened for one that has ended would never be closed.
    if (this.#isGone) return
    this.#control = this.#openControl()
    this.handle.endpoint.postMessage([Message.Start, this.#control.port], [this.#control.port])
    const claims = this.#claims && { claims: this.#claims.buffer }
    const failure = await this.#control.remote.start({ ...options, ...claims })
    if (failure !== undefined) throw setupError(fromWireError(failure))
  }

  /** From now on it keeps the process alive, or does not: unless it is called. */
  hold(held: boolean): void {
    this.#busy = held
    this.#hold()
  }

  /** Calls a method of an actor that is there. @throws what it threw; {WorkerLostError} when the worker ends meanwhile */
  async call({ id, uid }: PoolActor, method: string, args: readonly unknown[], transfer: TransferList): Promise<unknown> {
    this.#calls++
    this.#hold()
    try {
      // A call to a worker that dies never settles, hence the race.
      const asked = this.#control?.call({ taskId: id, method, args }, transfer).catch((cause: unknown) => {
        throw new TaskValidationError(`'${method}' of actor '${uid}': its arguments, or its answer, cannot be sent. ${cause}`, {
          uid,
          cause,
        })
      })
      const answer = await Promise.race([asked, this.exited])
      if (answer === undefined || 'reason' in answer)
        throw actorLostError(uid, method, this.id, answer ?? { reason: 'terminated' })
      if ('error' in answer) throw fromWireError(answer.error)
      return answer.value
    } finally {
      this.#calls--
      this.#hold()
    }
  }

  #hold(): void {
    const held = this.#busy || this.#calls > 0
    if (held === this.#held) return
    this.#held = held
    if (held) this.handle.ref()
    else this.handle.unref()
  }

  /** Sends tasks, as many to a message as their arguments allow. */
  post(tasks: readonly PoolTask[]): void {
    let batch = new TaskBatch(this.#defined)
    for (const task of tasks) {
      const inputs = fillIn(task)
      const args = sharedArgs(task)
      if (args !== undefined) {
        batch.add(task, args, inputs)
        continue
      }
      this.#send(batch)
      this.#sendAlone(task, inputs)
      batch = new TaskBatch(this.#defined)
    }
    this.#send(batch)
  }

  /** The functions will not be asked for again. */
  forget(ids: readonly number[]): void {
    const known = ids.filter((id) => this.#defined.delete(id))
    if (known.length > 0) this.#say([Message.Forget, known])
  }

  /**
   * Takes back those that it has not started, at once. Answers `undefined` where no memory is shared: there, it must be
   * asked.
   */
  takeBack<T extends { readonly ticket: number }>(tasks: readonly T[]): readonly T[] | undefined {
    const claims = this.#claims
    return claims && tasks.filter(({ ticket }) => claims.claim(ticket))
  }

  /** Those that it runs, or ran when it ended. Answers `undefined` where no memory is shared. */
  running<T extends { readonly ticket: number }>(tasks: readonly T[]): readonly T[] | undefined {
    const claims = this.#claims
    return claims && tasks.filter(({ ticket }) => claims.isRunning(ticket))
  }

  /** Puts a value there. @throws what cannot be cloned, at once */
  put({ id, keep }: PoolValue, value: unknown, transfer: TransferList = []): void {
    this.handle.endpoint.postMessage([Message.Put, id, value, keep], transfer)
  }

  /** Asks for a value that is there. */
  fetch(taskId: number): void {
    this.#say([Message.Fetch, taskId])
  }

  /** These values are not needed any more. */
  release(taskIds: readonly number[]): void {
    this.#say([Message.Release, taskIds])
  }

  /** Asks for what it has not started. */
  recall(): void {
    this.#say([Message.Recall])
  }

  abort(ids: readonly number[], reason: unknown): void {
    this.#say([Message.Abort, ids, reason === undefined ? undefined : toWireError(reason)])
  }

  /** Answers whether it was sent. An endpoint that throws without a reason belongs to a worker whose end is on its way. */
  #say(message: readonly unknown[]): boolean {
    try {
      this.handle.endpoint.postMessage(message)
      return true
    } catch {
      return false
    }
  }

  #send(batch: TaskBatch): void {
    if (batch.tasks.length === 0) return
    this.#offer(batch)
    try {
      // A worker that never yields cannot say later which of them it runs, and their time counts from their start.
      const announce = this.#claims === undefined && batch.tasks.some(({ timeout }) => timeout !== undefined)
      this.handle.endpoint.postMessage(batch.message({ announce }))
      for (const { group } of batch.tasks) this.#defined.add(group.id)
    } catch {
      // Copies of plain values can be cloned; should one of them not be, alone it shows which.
      for (const task of batch.tasks) this.#sendAlone(task, fillIn(task))
    }
  }

  #sendAlone(task: PoolTask, inputs: WireInputs | undefined): void {
    const { args, transfer = [], group } = task
    const batch = new TaskBatch(this.#defined)
    batch.add(task, args, inputs)
    this.#offer(batch)
    try {
      checkTransferList(transfer)
      refusePorts(args, transfer)
      // What was moved must not be lost for a neighbour's sake: it must be known which of them runs.
      this.handle.endpoint.postMessage(batch.message({ announce: this.#claims === undefined }), transfer)
      this.#defined.add(group.id)
    } catch (cause) {
      this.#events.unsendable(task, uncloneable(task, cause))
    }
  }

  // Before it is posted: the worker may be faster than this line.
  #offer({ tasks }: TaskBatch): void {
    for (const task of tasks) {
      this.#ticket = nextTicket(this.#ticket)
      task.ticket = this.#ticket
      this.#claims?.offer(task.ticket)
    }
  }

  // Nothing is trusted here: user code runs on the other side, and can post what it likes.
  #receive(message: unknown): void {
    const [kind, first, second] = Array.isArray(message) ? message : []
    if (kind === Message.Events) this.#receiveEvents(message as EventsMessage)
    else if (kind === Message.Hello) this.#hear(first)
    else if (kind === Message.Goodbye && this.goodbye === undefined) {
      this.goodbye = {
        ...(typeof first === 'number' && { code: first }),
        ...(second === 'memory' && { reason: second }),
      }
      this.#events.goodbye()
    } else this.#events.ignored(++this.#ignored)
  }

  #hear(version: unknown): void {
    this.hasGreeted = true
    this.#greet(version)
  }

  #receiveEvents(message: EventsMessage): void {
    const last = message.length - EVENT_STRIDE
    const isAnnounced = last >= EVENTS_AT && message[last] === Event.Alone
    this.#alone = isAnnounced ? { taskId: message[last + 1], what: message[last + 2] } : undefined
    this.#events.message(message)
  }

  // A worker's stack may be larger than ours, so that it can send what is nested too deep to be read here.
  #unreadable(cause: unknown): void {
    const alone = this.#alone
    this.#alone = undefined
    this.#events.unreadable()
    // Not of ours: the user's code posts its own messages. Progress and logs of that kind are lost.
    if (alone === undefined || !ENDS.has(alone.what)) return
    const path = alone.what === Event.Failed ? 'exception' : 'result'
    const reason = cause instanceof Error ? cause.message : String(cause)
    const error = new TaskValidationError(`The ${path} of the task cannot be read here. ${reason}`, { path, cause })
    const what = alone.what === Event.Value ? Event.NoValue : Event.Failed
    this.#events.message([Message.Events, undefined, what, alone.taskId, toWireError(error)])
  }
}

// What somebody waits for.
const ENDS: ReadonlySet<unknown> = new Set([Event.Done, Event.Failed, Event.Value])

/** An actor, and what people call it. */
export interface PoolActor {
  readonly id: number
  readonly uid: string
}

function uncloneable({ uid, args, transfer = [] }: PoolTask, cause: unknown): TaskValidationError {
  const moved = new Set(transfer)
  for (let i = 0; i < args.length; i++) {
    const found = findUncloneable(args[i], `args[${i}]`, moved)
    if (found === undefined) continue
    const { path, what } = found
    return new TaskValidationError(`Task '${uid}': ${path} is ${what} and cannot be sent to a worker`, { uid, path, cause })
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new TaskValidationError(`Task '${uid}': its arguments cannot be sent to a worker. ${reason}`, { uid, cause })
}
