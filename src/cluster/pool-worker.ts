import type { TransferList, WorkerHandle } from '../core/adapter.js'
import { ClusterError, TaskValidationError } from '../core/errors.js'
import { type Definitions, type Events, Message, PROTOCOL_VERSION, type Tasks, type Timings } from '../wire/protocol.js'
import { ALONE, checkTransferList, findUncloneable, snapshot } from '../wire/values.js'
import { type ControlPlane, openControl } from './control.js'
import type { FunctionEntry } from './function-table.js'
import type { ScheduledTask } from './scheduled-task.js'

export type PoolTask = ScheduledTask<FunctionEntry>

export interface PoolWorkerEvents {
  message(events: Events, timings: Timings): void
  /** A task that cannot be sent, because of its arguments. */
  unsendable(task: PoolTask, error: TaskValidationError): void
}

/** One started worker: the handshake with it, and what is posted to it. */
export class PoolWorker {
  readonly id: string
  readonly handle: WorkerHandle
  readonly #events: PoolWorkerEvents
  readonly #defined = new Set<number>()
  #control: ControlPlane | undefined
  #greeted: (() => void) | undefined
  #refused: ((error: ClusterError) => void) | undefined
  #held = true

  constructor(id: string, handle: WorkerHandle, events: PoolWorkerEvents) {
    this.id = id
    this.handle = handle
    this.#events = events
    handle.endpoint.onMessage((message) => this.#receive(message))
    void handle.exited.then(() => this.#control?.close())
  }

  /** Resolves when it can take tasks. Rejects when it speaks another protocol; that it may end is for the caller to see. */
  async start(slots: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#greeted = resolve
      this.#refused = reject
    })
    this.#control = openControl()
    this.handle.endpoint.postMessage([Message.Start, this.#control.port], [this.#control.port])
    await this.#control.remote.start({ workerId: this.id, slots })
  }

  /** From now on it keeps the process alive, or does not. */
  hold(held: boolean): void {
    if (held === this.#held) return
    this.#held = held
    if (held) this.handle.ref()
    else this.handle.unref()
  }

  /** Sends tasks, as many to a message as their arguments allow. */
  post(tasks: readonly PoolTask[]): void {
    let definitions: Definitions = []
    let flat: Tasks = []
    const flush = () => {
      if (flat.length > 0) this.handle.endpoint.postMessage([Message.Tasks, definitions, flat])
      definitions = []
      flat = []
    }
    for (const task of tasks) {
      const args = sharedArgs(task)
      if (args === undefined) {
        flush()
        this.#postAlone(task)
      } else {
        if (!this.#defined.has(task.group.id)) define(definitions, this.#defined, task.group)
        pushTask(flat, task, args)
      }
    }
    flush()
  }

  abort(ids: readonly number[], reason: unknown): void {
    try {
      this.handle.endpoint.postMessage([Message.Abort, ids, reason])
    } catch {
      // A reason that cannot be cloned: the task learns that it is to stop, if not why.
      this.handle.endpoint.postMessage([Message.Abort, ids, String(reason)])
    }
  }

  #postAlone(task: PoolTask): void {
    const { args, transfer = [] } = task.spec
    const known = this.#defined.has(task.group.id)
    const definitions: Definitions = []
    if (!known) define(definitions, this.#defined, task.group)
    const flat: Tasks = []
    pushTask(flat, task, args)
    try {
      checkTransferList(transfer)
      this.handle.endpoint.postMessage([Message.Tasks, definitions, flat], transfer)
    } catch (cause) {
      if (!known) this.#defined.delete(task.group.id)
      this.#events.unsendable(task, uncloneable(task, transfer, cause))
    }
  }

  // Nothing is trusted here: user code runs on the other side, and can post what it likes.
  #receive(message: unknown): void {
    if (!Array.isArray(message)) return
    const [kind, first, second] = message
    if (kind === Message.Events && Array.isArray(first) && Array.isArray(second)) this.#events.message(first, second)
    else if (kind === Message.Hello) this.#greet(first)
  }

  #greet(version: unknown): void {
    if (version === PROTOCOL_VERSION) this.#greeted?.()
    else {
      this.#refused?.(
        new ClusterError(
          `The worker was built with another version of daskflow (protocol ${String(version)}, here ${PROTOCOL_VERSION}). Build it again with the installed one.`,
        ),
      )
    }
  }
}

/** The arguments in a form that may share a message; `undefined` when they may not. */
function sharedArgs({ spec }: PoolTask): readonly unknown[] | undefined {
  if (spec.transfer !== undefined) return undefined
  const { args } = spec
  let copies: unknown[] | undefined
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    const copy = snapshot(arg)
    if (copy === ALONE) return undefined
    if (copy !== arg && copies === undefined) copies = args.slice(0, i)
    copies?.push(copy)
  }
  return copies ?? args
}

function define(definitions: Definitions, defined: Set<number>, { id, wire }: FunctionEntry): void {
  defined.add(id)
  definitions.push(id, wire)
}

function pushTask(flat: Tasks, task: PoolTask, args: readonly unknown[]): void {
  flat.push(task.id, task.group.id, task.spec.uid, task.losses + 1, args.length)
  for (const arg of args) flat.push(arg)
}

function uncloneable({ spec }: PoolTask, transfers: TransferList, cause: unknown): TaskValidationError {
  const { args } = spec
  const moved = new Set(transfers)
  const clone = (value: unknown) => (moved.has(value) ? undefined : structuredClone(value))
  for (let i = 0; i < args.length; i++) {
    const found = findUncloneable(args[i], `args[${i}]`, clone)
    if (found === undefined) continue
    const { path, what } = found
    return new TaskValidationError(`Task '${spec.uid}': ${path} is ${what}, which cannot be sent to a worker`, {
      uid: spec.uid,
      path,
      cause,
    })
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new TaskValidationError(`Task '${spec.uid}': its arguments cannot be sent to a worker. ${reason}`, {
    uid: spec.uid,
    cause,
  })
}
