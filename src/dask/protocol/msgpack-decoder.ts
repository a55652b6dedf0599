import { Decoder } from '@msgpack/msgpack'
import { malformed } from './malformed.js'
import { type MsgpackShape, shapeOf } from './msgpack-shape.js'

/** Answers what a map stands for of which a key begins with two underscores; the values in it are done already. */
export type Revive = (record: Record<string, unknown>) => unknown

const plainDecoder = new Decoder()

/**
 * Reads a msgpack value. Byte strings are views of `bytes`.
 *
 * A map is a record where all its keys are text, else a `Map`: Python has tuples for keys, which are arrays here.
 * Integers are numbers, or bigints where a number would not be exact.
 *
 * @throws {ClusterError} for what is no msgpack, or none that Dask writes
 */
export function decodeMsgpack(bytes: Uint8Array, revive?: Revive): unknown {
  const shape = shapeOf(bytes)
  const { oddKeys, bigIntegers, markers } = shape
  if (!oddKeys && !bigIntegers && !(markers && revive !== undefined)) return decode(plainDecoder, bytes)
  return new Finisher(shape, revive).decode(bytes)
}

function decode(decoder: Decoder, bytes: Uint8Array): unknown {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    // The shape is checked: what is left is the key __proto__, which the decoder refuses.
    throw malformed('a msgpack value that cannot be decoded', cause)
  }
}

// Begins the names that stand for keys while a map is a record, and the keys of which that is the first letter too.
const STANDS_FOR = '\0'

/** Decodes, and then goes through the value once more, from the inside out, for what a decoder alone cannot make. */
class Finisher {
  readonly #decoder: Decoder
  readonly #revive: Revive | undefined
  readonly #keys: unknown[] = []
  readonly #oddKeys: boolean

  constructor({ oddKeys, bigIntegers, markers }: MsgpackShape, revive: Revive | undefined) {
    this.#oddKeys = oddKeys
    this.#revive = markers ? revive : undefined
    this.#decoder = new Decoder({
      useBigInt64: bigIntegers,
      ...(oddKeys && { mapKeyConverter: (key) => this.#nameFor(key) }),
    })
  }

  decode(bytes: Uint8Array): unknown {
    return this.#finish(decode(this.#decoder, bytes))
  }

  #nameFor(key: unknown): string {
    if (typeof key === 'string' && !key.startsWith(STANDS_FOR)) return key
    return STANDS_FOR + (this.#keys.push(key) - 1)
  }

  #finish(value: unknown): unknown {
    if (typeof value === 'bigint') return isExact(value) ? Number(value) : value
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) value[i] = this.#finish(value[i])
      return value
    }
    return this.#finishRecord(value as Record<string, unknown>)
  }

  #finishRecord(record: Record<string, unknown>): unknown {
    let marked = false
    let renamed = false
    for (const key of Object.keys(record)) {
      record[key] = this.#finish(record[key])
      marked ||= key.startsWith('__')
      renamed ||= key.startsWith(STANDS_FOR)
    }
    if (renamed && this.#oddKeys) return this.#withKeys(record)
    return marked && this.#revive !== undefined ? this.#revive(record) : record
  }

  #withKeys(record: Record<string, unknown>): unknown {
    const entries = Object.entries(record).map(([name, value]): [unknown, unknown] => [this.#keyOf(name), value])
    // All text, but of a first letter that had to be hidden.
    return entries.every(([key]) => typeof key === 'string') ? Object.fromEntries(entries) : new Map(entries)
  }

  #keyOf(name: string): unknown {
    return name.startsWith(STANDS_FOR) ? this.#finish(this.#keys[Number(name.slice(STANDS_FOR.length))]) : name
  }
}

function isExact(integer: bigint): boolean {
  return integer >= Number.MIN_SAFE_INTEGER && integer <= Number.MAX_SAFE_INTEGER
}
