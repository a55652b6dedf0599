import {
  ClusterError,
  DaskflowError,
  DependencyFailureError,
  KilledWorkerError,
  TaskCanceledError,
  TaskValidationError,
  ValueError,
  WorkerLostError,
} from '../core/errors.js'

/**
 * What a task threw, as it crosses the wire. A structured clone would drop an error's class, `code` and own fields.
 *
 * `toWireError` and `fromWireError` are each other's inverse, but for what cannot be cloned: that arrives as its text.
 */
export type WireError = { readonly kind: 'value'; readonly value: unknown } | WireErrorObject

interface WireErrorObject {
  readonly kind: 'error'
  /** The nearest built-in class. */
  readonly base: string
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Own properties that are neither of the above. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly cause?: WireError
  readonly errors?: readonly WireError[]
}

// Ours are listed too: a worker's copy of the library makes them, and a caller's `instanceof` must hold.
const BASES: ReadonlyMap<string, { readonly prototype: Error }> = new Map<string, { readonly prototype: Error }>(
  [
    Error,
    AggregateError,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
    DaskflowError,
    ValueError,
    TaskValidationError,
    TaskCanceledError,
    WorkerLostError,
    KilledWorkerError,
    DependencyFailureError,
    ClusterError,
  ].map((base) => [base.prototype.name, base]),
)

// A cause that leads back to its error would go round for ever.
const MAX_DEPTH = 16
const TAKEN = new Set(['name', 'message', 'stack', 'cause', 'errors'])

export function toWireError(thrown: unknown, depth = 0): WireError {
  try {
    if (!isError(thrown)) return { kind: 'value', value: clonableOrText(thrown) }
    return toWireObject(thrown, depth)
  } catch (error) {
    // An error whose own getters throw: what is left is to say that there was one.
    return { kind: 'value', value: `An error that cannot be read: ${textOf(error)}` }
  }
}

function toWireObject(error: Error, depth: number): WireErrorObject {
  const fields: Record<string, unknown> = {}
  for (const key of Object.keys(error)) {
    if (!TAKEN.has(key)) fields[key] = clonableOrText((error as unknown as Record<string, unknown>)[key])
  }
  const { cause, errors } = error as Partial<AggregateError>
  const deeper = depth < MAX_DEPTH
  return {
    kind: 'error',
    base: baseOf(error),
    name: String(error.name),
    message: String(error.message),
    stack: typeof error.stack === 'string' ? error.stack : undefined,
    fields,
    ...('cause' in error && deeper && { cause: toWireError(cause, depth + 1) }),
    ...(Array.isArray(errors) && deeper && { errors: errors.map((inner) => toWireError(inner, depth + 1)) }),
  }
}

export function fromWireError(wire: WireError): unknown {
  try {
    return wire.kind === 'value' ? wire.value : fromWireObject(wire)
  } catch (cause) {
    return new ClusterError('A worker reported an error that cannot be read', { cause })
  }
}

function fromWireObject(wire: WireErrorObject): Error {
  const error = make(wire)
  define(error, 'stack', wire.stack)
  if (error.message !== wire.message) define(error, 'message', wire.message)
  if (error.name !== wire.name) define(error, 'name', wire.name)
  for (const [key, value] of Object.entries(wire.fields)) {
    if (key !== '__proto__') define(error, key, value, true)
  }
  if (wire.cause !== undefined) define(error, 'cause', fromWireError(wire.cause))
  if (wire.errors !== undefined) define(error, 'errors', wire.errors.map(fromWireError))
  return error
}

// Objects of the class without a call to its constructor: those of our own classes take arguments that only they know.
function make(wire: WireErrorObject): Error {
  if (wire.base === 'DOMException') return new DOMException(wire.message, wire.name)
  const error = new Error(wire.message)
  const base = BASES.get(wire.base)
  if (base !== undefined && base !== Error) Object.setPrototypeOf(error, base.prototype)
  return error
}

// By the name on the prototype, not on the constructor: a minifier renames classes.
function baseOf(error: Error): string {
  if (Object.prototype.toString.call(error) === '[object DOMException]') return 'DOMException'
  for (let proto = Object.getPrototypeOf(error); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const name: unknown = Object.getOwnPropertyDescriptor(proto, 'name')?.value
    if (typeof name === 'string' && BASES.has(name)) return name
  }
  return 'Error'
}

function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true })
}

// Not `instanceof` alone: an error of another realm (a vm context, a frame) is an error all the same.
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}

/** The value itself when it can be cloned, else its text. */
export function clonableOrText(value: unknown): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')) return value
  try {
    return structuredClone(value)
  } catch {
    return textOf(value)
  }
}

function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}
