import { TaskValidationError } from '../../core/errors.js'
import { shippedFunction } from '../../core/function-ref.js'
import { isRecord } from '../../core/record.js'
import type { TaskFunction } from '../../core/task.js'
import { decodePickle } from '../values/values.js'

// A program that makes sources without end must not fill the memory with them.
const MOST = 1_000
const KINDS = ['name', 'module', 'source']

/** Why a worker does not run a function, by what was sent of it; `undefined` where it does. */
export type RefusalOf = (wire: Readonly<Record<string, unknown>>) => string | undefined

/** The functions of tasks, by what was sent of them: threads that know one need not be told again. */
export class KnownFunctions {
  readonly #known = new Map<string, TaskFunction>()
  /** Those that would make long keys, the last used last. */
  #long: { readonly encoded: Uint8Array; readonly fn: TaskFunction }[] = []
  readonly #refusalOf: RefusalOf

  constructor(refusalOf: RefusalOf = () => undefined) {
    this.#refusalOf = refusalOf
  }

  /** @throws {TaskValidationError} for what is no function, or none that this worker runs */
  of(encoded: Uint8Array): TaskFunction {
    return encoded.length > LONGEST ? this.#longOf(encoded) : this.#shortOf(encoded)
  }

  #shortOf(encoded: Uint8Array): TaskFunction {
    const key = String.fromCharCode(...encoded)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const made = this.#make(encoded)
    if (this.#known.size >= MOST) this.#known.clear()
    this.#known.set(key, made)
    return made
  }

  #longOf(encoded: Uint8Array): TaskFunction {
    const known = this.#long.findLast((other) => isSame(other.encoded, encoded)) ?? { encoded, fn: this.#make(encoded) }
    this.#long = [...this.#long.filter((other) => other !== known).slice(1 - MOST_LONG), known]
    return known.fn
  }

  #make(encoded: Uint8Array): TaskFunction {
    const wire = decodePickle(encoded)
    if (!isRecord(wire) || !KINDS.includes(wire.kind as string)) throw new TaskValidationError('The task names no function')
    const refusal = this.#refusalOf(wire)
    if (refusal !== undefined) throw new TaskValidationError(refusal)
    return shippedFunction(wire)
  }
}

const LONGEST = 16_384
const MOST_LONG = 50

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}
