import type { TransferList } from '../core/adapter.js'
import { TaskValidationError } from '../core/errors.js'
import type { FileContents } from '../core/files.js'
import type { LogEntry } from '../core/task-context.js'
import { isTransferred, transferListOf } from '../core/transfer.js'
import { clonable, toWireError, type WireError } from '../wire/errors.js'
import { refusePorts } from '../wire/ports.js'
import { EVENT_STRIDE, EVENTS_AT, Event, type EventsMessage, Message, type Timings } from '../wire/protocol.js'
import { ALONE, snapshot } from '../wire/snapshot.js'
import { checkTransferList, findUncloneable } from '../wire/uncloneable.js'
import type { ContextReports } from './context.js'
import { onNextTurn } from './turn.js'

// One message for so many results, where a worker has that many to do. More gains nothing and delays the first.
const MAX_EVENTS = 128
// So much is told at once of what functions take, which costs its part of a message.
const TELLING_CALLS = 8
const TELLING_MS = 1
// A task that reports without pause is heard this often, in milliseconds.
const PROGRESS_EVERY_MS = 8

/** A function, and what it took since the last message said so. */
export interface Measured {
  readonly id: number
  told: boolean
  calls: number
  ms: number
}

/**
 * What a worker has to say, gathered until it is worth a message.
 *
 * The executor flushes when it has nothing more to run, when the box is full and before it may block. For a task that
 * waits with others' results in the box, a flush is due at the worker's next turn.
 */
export class Outbox implements ContextReports {
  readonly #post: (message: unknown, transfer?: TransferList) => void
  /** The next message. */
  #message: EventsMessage = [Message.Events, undefined]
  /** Those that were called since the last message. */
  readonly #measured: Measured[] = []
  #flushDue = false
  // Not 0, from which the clock of a young worker has hardly moved.
  #flushedAt = Number.NEGATIVE_INFINITY

  constructor(post: (message: unknown, transfer?: TransferList) => void) {
    this.#post = post
  }

  add(what: number, taskId: number, payload: unknown): void {
    this.#message.push(what, taskId, payload)
    if (this.#message.length >= EVENTS_AT + MAX_EVENTS * EVENT_STRIDE) this.flush()
  }

  done(taskId: number, value: unknown): void {
    if (isTransferred(value)) this.#sendAlone(Event.Done, taskId, value.value, transferListOf(value))
    else this.#send(Event.Done, taskId, value)
  }

  /** What a task wrote, that is done. It is moved. */
  wrote(taskId: number, files: FileContents): void {
    const moved = files.flatMap((item) => (typeof item !== 'string' && isWhole(item) ? item.buffer : []))
    this.#sendAlone(Event.Wrote, taskId, files, moved)
  }

  /** It is done, and its result, of so many bytes, stays here. */
  kept(taskId: number, bytes: number): void {
    this.add(Event.Kept, taskId, bytes)
  }

  /** It is done, and its result cannot be copied. */
  failedToClone(taskId: number, value: unknown, transfer: TransferList, cause: unknown): void {
    this.failed(taskId, uncloneableResult(value, transfer, cause))
  }

  /** The value of a task, as it was asked for: at once, since others wait for it. */
  value(taskId: number, value: unknown): void {
    this.#sendAlone(Event.Value, taskId, value)
    this.flush()
  }

  noValue(taskId: number, error: unknown): void {
    this.add(Event.NoValue, taskId, toWireError(error))
    this.flush()
  }

  failed(taskId: number, error: WireError): void {
    this.#send(Event.Failed, taskId, error)
  }

  progress(taskId: number, value: unknown): void {
    this.#send(Event.Progress, taskId, value)
    this.#flushReports()
  }

  log(taskId: number, level: LogEntry['level'], args: readonly unknown[]): void {
    const copies = args.map((arg) => clonable(arg))
    this.#send(Event.Log, taskId, [level, copies])
    this.#flushReports()
  }

  /** One call of a function took `ms` milliseconds. */
  measured(fn: Measured, ms: number): void {
    if (fn.calls++ === 0) this.#measured.push(fn)
    fn.ms += ms
  }

  flush(): void {
    if (this.#message.length > EVENTS_AT) this.#postMessage()
  }

  /** Flushes when the worker next gets round to its messages: not before what can run at once has run. */
  flushSoon(): void {
    if (this.#flushDue) return
    this.#flushDue = true
    onNextTurn(() => {
      this.#flushDue = false
      this.flush()
    })
  }

  // A reporting loop may never yield, so it must flush by itself; but not each time.
  #flushReports(): void {
    const now = performance.now()
    if (now - this.#flushedAt < PROGRESS_EVERY_MS) {
      this.flushSoon()
      return
    }
    this.#flushedAt = now
    this.flush()
  }

  #send(what: number, taskId: number, payload: unknown): void {
    const copy = snapshot(payload)
    if (copy === ALONE) this.#sendAlone(what, taskId, payload)
    else this.add(what, taskId, copy)
  }

  #sendAlone(what: number, taskId: number, payload: unknown, transfer: TransferList = []): void {
    // Announced, since a message that cannot be read says nothing of whose it was. Bytes can always be read.
    if (!isBinary(payload)) this.add(Event.Alone, taskId, what)
    this.flush()
    try {
      checkTransferList(transfer)
      refusePorts(payload, transfer)
      this.#message.push(what, taskId, payload)
      this.#postMessage(transfer)
    } catch (cause) {
      // Progress and logs were cloned when they were made: what of them cannot be posted is nested too deep, and lost.
      if (what === Event.Done) this.failedToClone(taskId, payload, transfer, cause)
      else if (what === Event.Value) this.add(Event.NoValue, taskId, uncloneableResult(payload, transfer, cause))
      else if (what === Event.Failed)
        this.add(what, taskId, toWireError(new TaskValidationError(`What the task threw cannot be sent: ${cause}`)))
    }
  }

  /** Posts the message, which is gone then, whether it could be posted or not. What was measured waits for one that could. */
  #postMessage(transfer?: TransferList): void {
    const message = this.#message
    this.#message = [Message.Events, undefined]
    const tells = this.#measured.some(isWorthTelling)
    if (tells) message[1] = timingsOf(this.#measured)
    this.#post(message, transfer)
    if (tells) this.#forgetMeasured()
  }

  #forgetMeasured(): void {
    for (const fn of this.#measured) {
      fn.calls = fn.ms = 0
      fn.told = true
    }
    this.#measured.length = 0
  }
}

function timingsOf(measured: readonly Measured[]): Timings {
  return measured.flatMap(({ id, calls, ms }) => [id, calls, ms])
}

// What a short call took can wait for the next of its kind.
function isWorthTelling({ told, calls, ms }: Measured): boolean {
  return !told || calls >= TELLING_CALLS || ms >= TELLING_MS
}

// Text may be encoded into a part of a larger buffer.
function isWhole({ buffer, byteLength }: Uint8Array): boolean {
  return buffer.byteLength === byteLength
}

function isBinary(value: unknown): value is ArrayBufferView | ArrayBuffer {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer
}

function uncloneableResult(value: unknown, transfer: TransferList, cause: unknown): WireError {
  const found = findUncloneable(value, 'result', new Set(transfer))
  const what = found === undefined ? String(cause) : `${found.path} is ${found.what}`
  const path = found?.path ?? 'result'
  return toWireError(new TaskValidationError(`What the task returned cannot be cloned: ${what}`, { path, cause }))
}
