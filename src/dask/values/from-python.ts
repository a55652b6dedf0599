import { fromWireError, type WireError } from '../../wire/errors.js'
import { PythonCall, PythonFloat, PythonGlobal, PythonTuple } from '../protocol/python.js'
import { arrayOf } from './python-arrays.js'
import { TAG } from './tags.js'
import { isFilesKey } from './written-files.js'

/**
 * The value of JavaScript that Python's data says: a list or tuple is an array, a dict a record, or a Map where a key is no text.
 * What there is no value for stays a node that says what it is.
 */
export function fromPython(data: unknown): unknown {
  return new Reader().read(data)
}

class Reader {
  readonly #read = new Map<object, unknown>()

  read(data: unknown): unknown {
    if (data instanceof PythonFloat) return data.value
    if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data) || data instanceof PythonGlobal) return data
    if (this.#read.has(data)) return this.#read.get(data)
    if (Array.isArray(data)) return this.#list(data, data)
    if (data instanceof PythonTuple) return this.#list(data, data.items)
    if (data instanceof Set) return this.#set(data)
    if (data instanceof Map) return this.#dict(data)
    const value = data instanceof PythonCall ? this.#call(data) : data
    this.#read.set(data, value)
    return value
  }

  #list(data: object, items: readonly unknown[]): unknown {
    return this.#filled<unknown[]>(data, [], (array) => {
      for (const item of items) array.push(this.read(item))
    })
  }

  #set(data: ReadonlySet<unknown>): unknown {
    return this.#filled(data, new Set<unknown>(), (set) => {
      for (const item of data) set.add(this.read(item))
    })
  }

  #dict(dict: ReadonlyMap<unknown, unknown>): unknown {
    if (![...dict.keys()].every((key) => typeof key === 'string')) return this.#map(dict)
    return this.#filled<Record<string, unknown>>(dict, {}, (record) => {
      for (const [key, item] of dict) {
        if (key === '__proto__') define(record, key, this.read(item))
        else record[key as string] = this.read(item)
      }
    })
  }

  #map(dict: ReadonlyMap<unknown, unknown>): unknown {
    return this.#filled(dict, new Map<unknown, unknown>(), (map) => {
      for (const [key, item] of dict) map.set(this.read(key), this.read(item))
    })
  }

  #filled<T extends object>(data: object, made: T, fill: (made: T) => void): T {
    this.#read.set(data, made)
    fill(made)
    return made
  }

  #call(call: PythonCall): unknown {
    const { callable, args, state } = call
    if (!(callable instanceof PythonGlobal)) return call
    const error = state instanceof Map ? state.get(TAG) : undefined
    if (error !== undefined) return fromWireError(this.read(error) as WireError)
    const [first, second, third, fourth] = args.items
    switch (String(callable)) {
      case 'builtins.dict.get':
        if (second === `${TAG}.undefined`) return undefined
        if (isFilesKey(second)) return this.read(third)
        return (
          (typeof second === 'string' && second.startsWith(`${TAG}.`)
            ? this.#tagged(second.slice(TAG.length + 1), third)
            : undefined) ?? call
        )
      case 'array.array':
        return arrayOf(first, second) ?? call
      case 'array._array_reconstructor':
        return arrayOf(second, fourth) ?? call
      case 'datetime.datetime':
        return dateOf(first, offsetOf(second)) ?? call
      default:
        return call
    }
  }

  #tagged(kind: string, form: unknown): unknown {
    if (kind === 'Map' && form instanceof Map) return this.#map(form)
    if (kind === 'Map' && Array.isArray(form)) return new Map(this.read(form) as [unknown, unknown][])
    if (kind === 'Set' && Array.isArray(form)) return new Set(this.read(form) as unknown[])
    if (kind === 'Object') return Object(this.read(form))
    if (kind === 'DataView') return viewOf(form)
    if (kind === 'bigint' && (typeof form === 'number' || typeof form === 'bigint')) return BigInt(form)
    if (kind === 'Date' && typeof form === 'number') return new Date(form)
    if (kind === 'ArrayBuffer' && form instanceof Uint8Array) return form.slice().buffer
    if (kind === 'Uint8ClampedArray' && form instanceof Uint8Array) return new Uint8ClampedArray(form)
    if (kind === 'RegExp' && typeof form === 'string') return patternOf(form)
    return undefined
  }
}

// Without a zone it is taken for UTC: which was meant, nobody says.
function dateOf(bytes: unknown, offsetMs: number | undefined): Date | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.length !== 10 || offsetMs === undefined) return undefined
  const [high = 0, low = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0, a = 0, b = 0, c = 0] = bytes
  const date = new Date(0)
  date.setUTCFullYear((high << 8) | low, (month & 127) - 1, day)
  date.setUTCHours(hours, minutes, seconds, Math.floor(((a << 16) | (b << 8) | c) / 1_000))
  return new Date(date.getTime() - offsetMs)
}

/** Of a zone that says how far it is from UTC; `undefined` of any other. */
function offsetOf(zone: unknown): number | undefined {
  if (zone === undefined) return 0
  const delta = zone instanceof PythonCall && String(zone.callable) === 'datetime.timezone' ? zone.args.items[0] : undefined
  if (!(delta instanceof PythonCall)) return undefined
  const [days, seconds, micros = 0] = delta.args.items
  const ms = (Number(days) * 86_400 + Number(seconds)) * 1_000 + Number(micros) / 1_000
  return Number.isFinite(ms) ? ms : undefined
}

function viewOf(form: unknown): DataView | undefined {
  const [bytes, offset, length] = Array.isArray(form) ? form : []
  if (!(bytes instanceof Uint8Array) || !(offset + length <= bytes.length)) return undefined
  return new DataView(bytes.slice().buffer, offset, length)
}

function patternOf(text: string): RegExp | undefined {
  const end = text.lastIndexOf('/')
  try {
    return new RegExp(text.slice(1, end), text.slice(end + 1))
  } catch {
    return undefined
  }
}

// Assigned, it would be the prototype.
function define(record: object, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
}
