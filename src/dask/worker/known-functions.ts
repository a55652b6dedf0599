import { TaskValidationError } from '../../core/errors.js'
import { shippedFunction } from '../../core/function-ref.js'
import { isRecord } from '../../core/record.js'
import type { TaskFunction } from '../../core/task.js'
import { decodePickle } from '../values.js'

// A program that makes sources without end must not fill the memory with them.
const MOST = 1_000
const KINDS = ['name', 'module', 'source']

/** Why a worker does not run a function, by what was sent of it; `undefined` where it does. */
export type RefusalOf = (wire: Readonly<Record<string, unknown>>) => string | undefined

/** The functions of tasks, by what was sent of them: threads that know one need not be told again. */
export class KnownFunctions {
  readonly #known = new Map<string, TaskFunction>()
  readonly #refusalOf: RefusalOf

  constructor(refusalOf: RefusalOf = () => undefined) {
    this.#refusalOf = refusalOf
  }

  /** @throws {TaskValidationError} for what is no function, or none that this worker runs */
  of(encoded: Uint8Array): TaskFunction {
    const key = String.fromCharCode(...encoded.subarray(0, LONGEST))
    const known = encoded.length <= LONGEST ? this.#known.get(key) : undefined
    if (known !== undefined) return known
    const wire = decodePickle(encoded)
    if (!isRecord(wire) || !KINDS.includes(wire.kind as string)) throw new TaskValidationError('The task names no function')
    const refusal = this.#refusalOf(wire)
    if (refusal !== undefined) throw new TaskValidationError(refusal)
    const made = shippedFunction(wire)
    if (this.#known.size >= MOST) this.#known.clear()
    this.#known.set(key, made)
    return made
  }
}

// Longer ones are rare, and would make long keys.
const LONGEST = 16_384
