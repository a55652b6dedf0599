import type { TransferList } from '../core/adapter.js'
import type { Path } from '../core/cluster.js'
import type { SpecFiles } from '../core/files.js'
import { setAt } from '../core/path.js'
import { type Definitions, Keep, Message, type TasksMessage, type WireFunction, type WireInputs } from '../wire/protocol.js'
import { ALONE, isPrimitive, snapshot } from '../wire/snapshot.js'

/** What is posted of a task. */
export interface PoolTask {
  readonly id: number
  readonly uid: string
  /** How often it was sent, this time included. */
  readonly attempt: number
  /** Milliseconds that it may take, from its start. */
  readonly timeout: number | undefined
  /** Its number among all that were posted to its worker: set by that, each time. */
  ticket: number
  readonly args: readonly unknown[]
  readonly transfer: TransferList | undefined
  /** What becomes of its result. */
  readonly keep: Keep
  readonly inputs: readonly PoolInput[] | undefined
  readonly files: SpecFiles | undefined
  /** Its function, under the number by which workers know it. */
  readonly group: { readonly id: number; readonly wire: WireFunction }
}

/** A value of another task among the arguments: small, or with the worker. */
interface PoolInput {
  readonly task: { readonly id: number; readonly result: { readonly here: { readonly value: unknown } | undefined } | undefined }
  readonly path: Path
}

/** The value of a task, and how a worker is to keep it. */
export interface PoolValue {
  readonly id: number
  readonly keep: Keep
}

/** What goes to a worker in one message. */
export class TaskBatch {
  readonly tasks: PoolTask[] = []
  readonly #known: ReadonlySet<number>
  readonly #message: TasksMessage = [Message.Tasks, 0, undefined, false, undefined, undefined]
  #definitions: Definitions | undefined
  #inputs: (number | WireInputs)[] | undefined
  #files: (number | SpecFiles)[] | undefined
  /** What the tasks of the last run have in common, and where its number of tasks is. */
  #functionId = -1
  #attempt = 0
  #keep: Keep = Keep.No
  #argCount = 0
  #countAt = 0

  /** `known`: the functions that the worker was told of. */
  constructor(known: ReadonlySet<number>) {
    this.#known = known
  }

  /** `inputs`: those of its inputs that are with the worker. */
  add(task: PoolTask, args: readonly unknown[], inputs?: WireInputs): void {
    const { id, wire } = task.group
    if (!this.#known.has(id)) this.#define(id, wire)
    this.tasks.push(task)
    const message: unknown[] = this.#message
    if (inputs !== undefined) {
      this.#inputs ??= []
      this.#inputs.push(task.id, inputs)
    }
    if (task.files !== undefined) {
      this.#files ??= []
      this.#files.push(task.id, task.files)
    }
    if (!this.#goesOn(task, args)) this.#startRun(task, args)
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
    message[4] = this.#inputs
    message[5] = this.#files
    return message
  }

  #define(id: number, wire: WireFunction): void {
    this.#definitions ??= []
    if (!this.#definitions.includes(id)) this.#definitions.push(id, wire)
  }

  #goesOn({ group, attempt, keep }: PoolTask, { length }: readonly unknown[]): boolean {
    return group.id === this.#functionId && attempt === this.#attempt && keep === this.#keep && length === this.#argCount
  }

  #startRun({ group, attempt, keep }: PoolTask, { length }: readonly unknown[]): void {
    this.#functionId = group.id
    this.#attempt = attempt
    this.#keep = keep
    this.#argCount = length
    this.#countAt = this.#message.push(group.id, attempt, keep, length, 0) - 1
  }
}

/** Puts the small ones of its inputs into the arguments of a task. Answers the others. */
export function fillIn({ args, inputs }: PoolTask): WireInputs | undefined {
  if (inputs === undefined) return undefined
  const others: WireInputs = []
  for (const { task, path } of inputs) {
    if (task.result?.here === undefined) others.push(path, task.id)
    else setAt(args, path, task.result.here.value)
  }
  return others.length > 0 ? others : undefined
}

/** The arguments in a form that may share a message; `undefined` when they may not. */
export function sharedArgs({ args, transfer }: PoolTask): readonly unknown[] | undefined {
  if (transfer !== undefined) return undefined
  if (args.every(isPrimitive)) return args
  // As one value: what is given twice to a task is one object there.
  const copy = snapshot(args)
  return copy === ALONE ? undefined : (copy as readonly unknown[])
}
