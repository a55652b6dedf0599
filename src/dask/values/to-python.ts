import { TaskValidationError } from '../../core/errors.js'
import { messageOf } from '../../core/message-of.js'
import { toWireError } from '../../wire/errors.js'
import { findUncloneable, whatIsWrong } from '../../wire/uncloneable.js'
import { PythonCall, PythonGlobal, PythonTuple } from '../protocol/python.js'
import { TAG, TYPED_ARRAYS } from './tags.js'

/**
 * The form in which Python reads a value of JavaScript, and from which JavaScript reads the same value again. What Python has
 * no type for is tagged: in Python it is the nearest that there is.
 *
 * @param name what the value is called in errors
 * @throws {TaskValidationError} with its `path`, for what cannot go to another machine
 */
export function toPython(value: unknown, name: string): unknown {
  try {
    return new Converter().convert(value)
  } catch (error) {
    if (error instanceof Unsendable) throw refusal(value, name, error.what)
    if (error instanceof RangeError) throw refusal(value, name, 'nested too deep, or a Map or Set that holds itself,')
    // A getter, or a proxy of something that it is not.
    throw refusal(value, name, `unreadable (${messageOf(error)})`)
  }
}

class Unsendable extends Error {
  readonly what: string

  constructor(what: string) {
    super(what)
    this.what = what
  }
}

function refusal(value: unknown, name: string, what: string): TaskValidationError {
  const found = findUncloneable(value, name)
  const path = found?.path ?? name
  return new TaskValidationError(`${path} is ${found?.what ?? what} and cannot go to another machine`, { path })
}

class Converter {
  // One object in two places is one there as well, and may be within itself.
  readonly #made = new Map<object, unknown>()

  convert(value: unknown): unknown {
    if (value === undefined) return tagged('undefined', null)
    if (typeof value === 'bigint') return toInteger(value)
    if (typeof value === 'function' || typeof value === 'symbol') throw new Unsendable(`a ${typeof value}`)
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
    const made = this.#made.get(value)
    return made === undefined ? this.#object(value) : made
  }

  #object(value: object): unknown {
    if (Array.isArray(value)) return this.#list(value)
    if (value instanceof Set) return this.#set(value)
    if (BOXES.has(tagOf(value))) return this.#kept(value, tagged('Object', this.convert(value.valueOf())))
    const plain = plainForm(value)
    if (plain !== undefined) return this.#kept(value, plain)
    if (value instanceof Map) return this.#kept(value, this.#map(value))
    if (value instanceof Error) return this.#kept(value, errorToPython(value))
    if (!isOrdinary(value)) throw new Unsendable(`of type ${tagOf(value)}`)
    // As a structured clone does: of an instance of a class, its own fields.
    return this.#filled(value, new Map<unknown, unknown>(), (dict) => {
      for (const key of Object.keys(value)) dict.set(key, this.convert((value as Record<string, unknown>)[key]))
    })
  }

  /** Known before it is full, since what it holds may hold it. */
  #filled<T>(value: object, made: T, fill: (made: T) => void): T {
    this.#made.set(value, made)
    fill(made)
    return made
  }

  #kept(value: object, made: unknown): unknown {
    this.#made.set(value, made)
    return made
  }

  #list(list: readonly unknown[]): unknown {
    return this.#filled<unknown[]>(list, [], (made) => {
      // By index, since one that is missing is undefined here.
      for (let i = 0; i < list.length; i++) made.push(this.convert(list[i]))
    })
  }

  #set(set: ReadonlySet<unknown>): unknown {
    // What a set of Python's holds cannot change.
    if (![...set].every(isHashable)) return this.#kept(set, tagged('Set', this.#list([...set])))
    return this.#filled(set, new Set<unknown>(), (made) => {
      for (const item of set) made.add(this.convert(item))
    })
  }

  #map(map: ReadonlyMap<unknown, unknown>): unknown {
    const entries = Array.from(map, ([key, item]) => [this.convert(key), this.convert(item)] as const)
    // What Python has as a key cannot change.
    const isDict = entries.every(([key]) => typeof key !== 'object' || key === null)
    return tagged('Map', isDict ? new Map(entries) : entries.map((entry) => new PythonTuple(entry)))
  }
}

/** What an error is in Python, where it is raised: its text; and all else that we know of it. */
export function errorToPython(error: unknown): PythonCall {
  const wire = toWireError(error)
  const text = wire.kind === 'error' ? `${wire.name}: ${wire.message}` : String(wire.value)
  return new PythonCall(RUNTIME_ERROR, [text], { state: new Map([[TAG, new Converter().convert(wire)]]) })
}

/** Of what holds nothing that has to be looked into. */
function plainForm(value: object): unknown {
  if (value instanceof Date) return toDateTime(value)
  if (value instanceof RegExp) return tagged('RegExp', `/${value.source}/${value.flags}`)
  if (value instanceof ArrayBuffer) return tagged('ArrayBuffer', new Uint8Array(value))
  if (value instanceof DataView) return tagged('DataView', [new Uint8Array(value.buffer), value.byteOffset, value.byteLength])
  for (const { name, code, matches } of TYPED_ARRAYS) {
    if (!matches(value)) continue
    const array = new PythonCall(ARRAY, [code, bytesOf(value as ArrayBufferView)])
    return name === 'Uint8ClampedArray' ? tagged(name, bytesOf(value as ArrayBufferView)) : array
  }
  return undefined
}

function tagged(kind: string, form: unknown): PythonCall {
  // In Python it is an empty dict's answer, which is what it is asked to answer.
  return new PythonCall(DICT_GET, [new Map(), `${TAG}.${kind}`, form])
}

function toInteger(value: bigint): unknown {
  // Python has one kind of integers: what JavaScript would read as a number says that it is none.
  const isSafe = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
  return isSafe ? tagged('bigint', value) : value
}

function toDateTime(date: Date): unknown {
  const year = date.getUTCFullYear()
  if (!(year >= 1 && year <= 9_999)) return tagged('Date', date.getTime())
  const micros = date.getUTCMilliseconds() * 1_000
  const [month, day, hours, minutes] = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()]
  const parts = [
    year >> 8,
    year & 255,
    month,
    day,
    hours,
    minutes,
    date.getUTCSeconds(),
    micros >> 16,
    (micros >> 8) & 255,
    micros & 255,
  ]
  return new PythonCall(DATE_TIME, [Uint8Array.from(parts), new PythonCall(TIME_ZONE, [new PythonCall(TIME_DELTA, [0, 0, 0])])])
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function isHashable(item: unknown): boolean {
  return typeof item !== 'object' || item === null || item instanceof Uint8Array
}

// What else a platform has lives in its own memory, and says nothing of itself.
function isOrdinary(value: object): boolean {
  return tagOf(value) === 'Object' && whatIsWrong(value) === undefined
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

const BOXES = new Set(['String', 'Number', 'Boolean', 'BigInt'])
const DICT_GET = new PythonGlobal('builtins', 'dict.get')
const RUNTIME_ERROR = new PythonGlobal('builtins', 'RuntimeError')
const ARRAY = new PythonGlobal('array', 'array')
const DATE_TIME = new PythonGlobal('datetime', 'datetime')
const TIME_ZONE = new PythonGlobal('datetime', 'timezone')
const TIME_DELTA = new PythonGlobal('datetime', 'timedelta')
