import type { Path } from '../core/cluster.js'
import { ClusterError } from '../core/errors.js'
import { isTransferred } from '../core/transfer.js'
import { setAt } from '../wire/path.js'
import type { WireInputs } from '../wire/protocol.js'
import { weigh } from '../wire/weigh.js'
import type { Outbox } from './outbox.js'

/** The values that lie in a worker, by the ids of their tasks: results that stay here, and what was put here. */
export class Values {
  readonly #values = new Map<number, unknown>()
  readonly #outbox: Outbox

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }

  put(taskId: number, value: unknown): void {
    this.#values.set(taskId, value)
  }

  release(taskIds: readonly number[]): void {
    for (const id of taskIds) this.#values.delete(id)
  }

  /** Sends a copy. */
  fetch(taskId: number): void {
    if (this.#values.has(taskId)) this.#outbox.value(taskId, this.#values.get(taskId))
    else this.#outbox.noValue(taskId, missing(taskId))
  }

  /** A task is done whose result is kept. A small one is kept by whoever asked for the task. */
  done(taskId: number, result: unknown): void {
    const value = isTransferred(result) ? result.value : result
    const made = weigh(value)
    if (typeof made === 'number') {
      this.#values.set(taskId, value)
      this.#outbox.kept(taskId, made)
    } else this.#outbox.done(taskId, made.value)
  }

  /** Puts the values of other tasks where they belong in the arguments of one. */
  fill(args: unknown[], inputs: WireInputs): void {
    for (let i = 0; i < inputs.length; i += 2) {
      const [path, id] = [inputs[i] as Path, inputs[i + 1] as number]
      if (!this.#values.has(id)) throw missing(id)
      setAt(args, path, this.#values.get(id))
    }
  }
}

function missing(taskId: number): ClusterError {
  return new ClusterError(`The worker does not have the value of task ${taskId}, which it should have. Please report this.`)
}
