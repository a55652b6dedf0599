import type { Path } from '../core/cluster.js'
import { ClusterError, TaskValidationError } from '../core/errors.js'
import { setAt } from '../core/path.js'
import { isTransferred, transferListOf } from '../core/transfer.js'
import { clone } from '../wire/ports.js'
import { type ActorCall, Keep, type WireInputs } from '../wire/protocol.js'
import { checkTransferList } from '../wire/uncloneable.js'
import { weigh } from '../wire/weigh.js'
import type { Outbox } from './outbox.js'

/** The values that lie in a worker, by the ids of their tasks: results that stay here, and what was put here. */
export class Values {
  readonly #values = new Map<number, unknown>()
  readonly #actors = new Set<number>()
  /** Of which each task gets a copy. */
  readonly #copied = new Set<number>()
  readonly #outbox: Outbox

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }

  put(taskId: number, value: unknown, keep: Keep): void {
    this.#values.set(taskId, value)
    if (keep === Keep.Copied) this.#copied.add(taskId)
  }

  release(taskIds: readonly number[]): void {
    for (const id of taskIds) {
      this.#values.delete(id)
      this.#actors.delete(id)
      this.#copied.delete(id)
    }
  }

  /** Sends a copy. */
  fetch(taskId: number): void {
    if (this.#actors.has(taskId)) this.#outbox.noValue(taskId, notToMove())
    else if (this.#values.has(taskId)) this.#outbox.value(taskId, this.#values.get(taskId))
    else this.#outbox.noValue(taskId, missing(taskId))
  }

  /** A task is done whose result is kept. A small one is kept by whoever asked for the task. */
  done(taskId: number, result: unknown, keep: Keep): void {
    const [value, transfer] = isTransferred(result) ? [result.value, transferListOf(result)] : [result, NONE]
    try {
      checkTransferList(transfer)
      const made = weigh(value)
      if (typeof made !== 'number') {
        this.#outbox.done(taskId, made.value)
        return
      }
      this.put(taskId, keep === Keep.Copied ? clone(value, transfer.filter(isBuffer)) : value, keep)
      this.#outbox.kept(taskId, made)
    } catch (cause) {
      this.#outbox.failedToClone(taskId, value, transfer, cause)
    }
  }

  /** An object was made whose methods will be called here. */
  actor(taskId: number, object: unknown): void {
    this.#values.set(taskId, object)
    this.#actors.add(taskId)
    this.#outbox.kept(taskId, 0)
  }

  /** Calls a method of an actor. */
  async call({ taskId, method, args }: ActorCall): Promise<unknown> {
    const actor = this.#values.get(taskId) as Record<string, unknown>
    if (!this.#actors.has(taskId)) throw missing(taskId)
    const call = actor[method]
    if (typeof call === 'function' && method !== 'constructor') return call.apply(actor, args)
    const name = actor.constructor.name
    throw new TaskValidationError(
      `The actor '${name}' has no method '${method}'; it has ${methodsOf(actor).join(', ') || 'none'}`,
    )
  }

  /** Puts the values of other tasks where they belong in the arguments of one. */
  fill(args: unknown[], inputs: WireInputs): void {
    // One that stands there twice is one object, as where all arguments come in one message.
    const copies = new Map<number, unknown>()
    for (let i = 0; i < inputs.length; i += 2) {
      const [path, id] = [inputs[i] as Path, inputs[i + 1] as number]
      if (!this.#values.has(id)) throw missing(id)
      if (this.#copied.has(id) && !copies.has(id)) copies.set(id, clone(this.#values.get(id)))
      setAt(args, path, copies.has(id) ? copies.get(id) : this.#values.get(id))
    }
  }
}

const NONE: readonly never[] = []

// What else can be moved can be so once, and not be copied for each task.
function isBuffer(value: unknown): boolean {
  return value instanceof ArrayBuffer
}

function methodsOf(object: object): string[] {
  const names = new Set<string>()
  for (let owner = object; owner !== null && owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (typeof value === 'function' && name !== 'constructor') names.add(`'${name}'`)
    }
  }
  return [...names]
}

function notToMove(): TaskValidationError {
  return new TaskValidationError('An actor stays on its worker: call its methods', { path: 'result' })
}

function missing(taskId: number): ClusterError {
  return new ClusterError(`The worker does not have the value of task ${taskId}, which it should have. Please report this.`)
}
