import type { DataCluster, TaskHandle } from '../core/cluster.js'
import { TaskValidationError } from '../core/errors.js'
import { Forgotten } from '../core/forgotten.js'
import { UNSENDABLE } from '../core/unsendable.js'

interface Kept {
  readonly cluster: DataCluster
  readonly handle: TaskHandle
}

/**
 * The result of a task with `keepResult`, which is still on the worker that made it. Among the arguments of another task of
 * the same backend it stands for the value.
 *
 * The value is dropped when the reference is released, or forgotten by the program, and no task needs it.
 */
export class ResultRef<T = unknown> {
  /** Of the task. */
  readonly uid: string
  #kept: Kept | undefined
  // A value of the platform's own words is copied where it is sent; a reference must not be.
  /** Lets go of the value. */
  readonly release = (): void => {
    if (this.#kept !== undefined) letGo(this.#kept)
    this.#kept = undefined
    forgotten.leave(this)
  }

  /** For the backend. */
  constructor(uid: string, kept: Kept) {
    this.uid = uid
    this.#kept = kept
    forgotten.watch(this, kept)
  }

  /** @internal */
  get [UNSENDABLE](): string {
    return `a ResultRef to '${this.uid}', of another backend or in no array, plain record or Map,`
  }

  /** Copies the value here. @throws {TaskValidationError} when it was released; what keeps it from being computed again */
  async result(): Promise<T> {
    const { cluster, handle } = this.#need()
    return (await cluster.fetch(handle)) as T
  }

  /** Tells whether a value is one. */
  static isRef(value: unknown): value is ResultRef {
    return typeof value === 'object' && value !== null && #kept in value
  }

  /** The task behind it. @throws {TaskValidationError} when it was released, or is of another backend */
  static handleOf(ref: ResultRef, cluster: unknown): TaskHandle {
    const kept = ref.#need()
    if (kept.cluster === cluster) return kept.handle
    throw new TaskValidationError(`The result of '${ref.uid}' is with another backend: await its result() instead`, {
      uid: ref.uid,
    })
  }

  #need(): Kept {
    if (this.#kept !== undefined) return this.#kept
    throw new TaskValidationError(`The result of '${this.uid}' was released`, { uid: this.uid })
  }
}

function letGo({ cluster, handle }: Kept): void {
  cluster.release([handle])
}

const forgotten = new Forgotten(letGo)
