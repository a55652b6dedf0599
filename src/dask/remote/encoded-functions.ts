import { TaskValidationError } from '../../core/errors.js'
import type { TaskFunction } from '../../core/task.js'
import { toWireFunction } from '../../wire/function-ref.js'
import { encodeValue } from '../values/values.js'

/** Functions as they are sent: each is encoded once. */
export class EncodedFunctions {
  readonly #encoded = new WeakMap<object, Uint8Array>()

  /** @throws {TaskValidationError} naming what of its scope cannot go to another machine, or the module that is not there */
  of(fn: TaskFunction): Uint8Array {
    if (typeof fn === 'string') return encode(fn)
    const known = this.#encoded.get(fn)
    if (known !== undefined) return known
    const encoded = encode(fn)
    this.#encoded.set(fn, encoded)
    return encoded
  }
}

// What else has a scheme is where the caller is, and something else, or nothing, where a worker is.
const ANYWHERE = /^(?:data|node):/i
const SCHEME = /^[a-z][a-z\d+.-]*:/i

function encode(fn: TaskFunction): Uint8Array {
  const wire = toWireFunction(fn, 'source')
  if (wire.kind === 'module' && SCHEME.test(wire.module) && !ANYWHERE.test(wire.module)) {
    const message = `The module ${wire.module} is of this machine, and its workers are on others: name a package that they have, like 'my-package/tasks'`
    throw new TaskValidationError(message, { path: 'function' })
  }
  return encodeValue(wire, 'function')
}
