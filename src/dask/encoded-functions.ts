import type { TaskFunction } from '../core/task.js'
import { toWireFunction } from '../wire/function-ref.js'
import { encodeValue } from './values.js'

/** Functions as they are sent: each is encoded once. */
export class EncodedFunctions {
  readonly #encoded = new WeakMap<object, Uint8Array>()

  /** @throws {TaskValidationError} naming what of its scope cannot go to another machine */
  of(fn: TaskFunction): Uint8Array {
    if (typeof fn === 'string') return encodeValue(toWireFunction(fn, 'source'), 'function')
    const known = this.#encoded.get(fn)
    if (known !== undefined) return known
    const encoded = encodeValue(toWireFunction(fn, 'source'), 'function')
    this.#encoded.set(fn, encoded)
    return encoded
  }
}
