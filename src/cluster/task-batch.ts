import type { TransferList } from '../core/adapter.js'
import { type Definitions, Message, type TasksMessage, type WireFunction } from '../wire/protocol.js'
import { ALONE, isPrimitive, snapshot } from '../wire/snapshot.js'

/** What is posted of a task. */
export interface PoolTask {
  readonly id: number
  readonly uid: string
  /** How often it was sent, this time included. */
  readonly attempt: number
  /** Its number among all that were posted to its worker: set by that, each time. */
  ticket: number
  readonly args: readonly unknown[]
  readonly transfer: TransferList | undefined
  /** Its function, under the number by which workers know it. */
  readonly group: { readonly id: number; readonly wire: WireFunction }
}

/** What goes to a worker in one message. */
export class TaskBatch {
  readonly tasks: PoolTask[] = []
  readonly #known: ReadonlySet<number>
  readonly #message: TasksMessage = [Message.Tasks, 0, undefined, false]
  #definitions: Definitions | undefined
  /** What the tasks of the last run have in common, and where its number of tasks is. */
  #functionId = -1
  #attempt = 0
  #argCount = 0
  #countAt = 0

  /** `known`: the functions that the worker was told of. */
  constructor(known: ReadonlySet<number>) {
    this.#known = known
  }

  add(task: PoolTask, args: readonly unknown[]): void {
    const { id, wire } = task.group
    if (!this.#known.has(id)) this.#define(id, wire)
    this.tasks.push(task)
    const message: unknown[] = this.#message
    if (id !== this.#functionId || task.attempt !== this.#attempt || args.length !== this.#argCount) this.#startRun(task, args)
    ;(message[this.#countAt] as number)++
    message.push(task.id, task.uid)
    // Not by its iterator, which may be the user's own: the worker counts on `length`.
    for (let i = 0; i < args.length; i++) message.push(args[i])
  }

  /** Once its tasks have their tickets. `announce`: say when they start, however short they are. */
  message({ announce = false } = {}): TasksMessage {
    const message = this.#message
    message[1] = (this.tasks[0] as PoolTask).ticket
    message[2] = this.#definitions
    message[3] = announce
    return message
  }

  #define(id: number, wire: WireFunction): void {
    this.#definitions ??= []
    if (!this.#definitions.includes(id)) this.#definitions.push(id, wire)
  }

  #startRun({ group, attempt }: PoolTask, { length }: readonly unknown[]): void {
    this.#functionId = group.id
    this.#attempt = attempt
    this.#argCount = length
    this.#countAt = this.#message.push(group.id, attempt, length, 0) - 1
  }
}

/** The arguments in a form that may share a message; `undefined` when they may not. */
export function sharedArgs({ args, transfer }: PoolTask): readonly unknown[] | undefined {
  if (transfer !== undefined) return undefined
  if (args.every(isPrimitive)) return args
  // As one value: what is given twice to a task is one object there.
  const copy = snapshot(args)
  return copy === ALONE ? undefined : (copy as readonly unknown[])
}
