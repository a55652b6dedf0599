import {
  ClusterError,
  DaskflowError,
  DependencyFailureError,
  KilledWorkerError,
  TaskCanceledError,
  TaskTimeoutError,
  TaskValidationError,
  ValueError,
  WorkerLostError,
} from '../core/errors.js'
import { clone } from './ports.js'

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
const BASES: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>(
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
    TaskTimeoutError,
    WorkerLostError,
    KilledWorkerError,
    DependencyFailureError,
    ClusterError,
    ...errorsOfThePlatform(),
  ].map((base) => [base.prototype.name, base]),
)

interface ErrorClass {
  readonly prototype: Error
}

/** Those that not every runtime has. */
function errorsOfThePlatform(): readonly ErrorClass[] {
  const { WebAssembly, SuppressedError } = globalThis as {
    readonly WebAssembly?: Readonly<Record<'CompileError' | 'LinkError' | 'RuntimeError', ErrorClass>>
    readonly SuppressedError?: ErrorClass
  }
  const all = [WebAssembly?.CompileError, WebAssembly?.LinkError, WebAssembly?.RuntimeError, SuppressedError]
  return all.filter((base) => base !== undefined)
}

// Errors in one error: a cause that leads back to it would go round for ever.
const MAX_ERRORS = 64
const TAKEN = new Set(['name', 'message', 'stack', 'cause', 'errors'])

export function toWireError(thrown: unknown): WireError {
  // Whatever it is made of: a proxy may throw at every touch.
  return readOr((): WireError => toWire(thrown, { left: MAX_ERRORS }), { kind: 'value', value: 'An error that cannot be read' })
}

function toWire(thrown: unknown, budget: { left: number }): WireError {
  if (!isError(thrown)) return { kind: 'value', value: clonable(thrown) }
  const message = readOr(() => String(thrown.message), '(its message cannot be read)')
  if (budget.left-- <= 0) return { kind: 'value', value: message }
  const fields: Record<string, unknown> = {}
  for (const key of Object.keys(thrown)) {
    if (!TAKEN.has(key)) fields[key] = clonable(readOr(() => (thrown as unknown as Record<string, unknown>)[key], UNREADABLE))
  }
  const errors = readOr(() => (thrown as Partial<AggregateError>).errors, undefined)
  const stack = readOr(() => thrown.stack, undefined)
  return {
    kind: 'error',
    base: baseOf(thrown),
    name: readOr(() => String(thrown.name), 'Error'),
    message,
    stack: typeof stack === 'string' ? stack : undefined,
    fields,
    ...('cause' in thrown && {
      cause: toWire(
        readOr(() => thrown.cause, UNREADABLE),
        budget,
      ),
    }),
    ...(Array.isArray(errors) && { errors: errors.map((inner) => toWire(inner, budget)) }),
  }
}

const UNREADABLE = '(cannot be read)'

function readOr<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
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
  if (error instanceof DOMException || Object.prototype.toString.call(error) === '[object DOMException]') return 'DOMException'
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

/** What of a value can be cloned: the whole, else its parts with texts in place of those that cannot, else its text. */
export function clonable(value: unknown, depth = 0): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')) return value
  try {
    return clone(value)
  } catch {
    return readOr(() => (depth < MAX_DEPTH ? clonableParts(value, depth) : textOf(value)), UNREADABLE)
  }
}

const MAX_DEPTH = 4

function clonableParts(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return value.map((item) => clonable(item, depth + 1))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return textOf(value)
  const read = (key: string) => readOr(() => (value as Record<string, unknown>)[key], UNREADABLE)
  return Object.fromEntries(Object.keys(value).map((key) => [key, clonable(read(key), depth + 1)]))
}

function textOf(value: unknown): string {
  return readOr(
    () => String(value),
    readOr(() => Object.prototype.toString.call(value), UNREADABLE),
  )
}
