import { Encoder, ExtData } from '@msgpack/msgpack'
import { ClusterError, DaskflowError } from '../../core/errors.js'
import { isRecord } from '../../core/record.js'
import { join } from './bytes.js'
import { MAX_DEPTH } from './msgpack-shape.js'

/**
 * Answers the msgpack bytes of an object that is written in a way of its own, or `undefined`. `encode` writes what is in it.
 */
export type Spell = (value: object, encode: (inner: unknown) => Uint8Array) => Uint8Array | undefined

/**
 * Writes a value as msgpack: what JSON can say, `Uint8Array`, bigint and `Map`. Fields that are `undefined` are left out, and
 * `undefined` in a list is null, as in JSON. Halves of surrogate pairs, which are no text to Python, become U+FFFD.
 *
 * @throws {ClusterError} with `code` `ERR_NOT_SUPPORTED` for anything else
 */
export function encodeMsgpack(value: unknown, spell?: Spell): Uint8Array {
  if (value === undefined) throw refused('undefined')
  try {
    return new Writer(spell).write(value)
  } catch (error) {
    // A getter of the caller's, or the encoder at a depth or a cycle.
    throw error instanceof DaskflowError ? error : refused('one that cannot be read to its end', error)
  }
}

function refused(what: string, cause?: unknown): ClusterError {
  const details = cause === undefined ? {} : { cause }
  return new ClusterError(`Dask's messages cannot carry this value: ${what}`, { ...details, code: 'ERR_NOT_SUPPORTED' })
}

// The library knows no way to write msgpack of one's own. It asks for extensions, though, so the bytes go in as one, and its
// head is cut out: 0xc9, a u32 and the type.
const EXTENSION_HEAD_BYTES = 6

class Writer {
  readonly #spell: Spell | undefined
  readonly #nesting: number
  readonly #cuts: number[] = []
  #inner: Writer | undefined
  readonly #encoder = new Encoder({
    extensionCodec: { tryToEncode: (object) => this.#extension(object), decode: () => undefined },
    ignoreUndefined: true,
    maxDepth: MAX_DEPTH,
  })
  readonly #encode = (inner: unknown) => {
    this.#inner ??= new Writer(this.#spell, this.#nesting + 1)
    return this.#inner.write(inner)
  }

  constructor(spell: Spell | undefined, nesting = 0) {
    if (nesting > MAX_DEPTH) throw refused(`one that is more than ${MAX_DEPTH} deep`)
    this.#spell = spell
    this.#nesting = nesting
  }

  write(value: unknown): Uint8Array {
    this.#cuts.length = 0
    const bytes = this.#encoder.encodeSharedRef(wellFormed(value))
    return this.#cuts.length === 0 ? bytes.slice() : cut(bytes, this.#cuts)
  }

  /** Asked for all that is no boolean, number or text. */
  #extension(value: unknown): ExtData | null {
    const bytes = this.#bytesOf(value)
    if (bytes === undefined) return null
    return new ExtData(0, (position) => {
      this.#cuts.push(position - EXTENSION_HEAD_BYTES)
      return bytes
    })
  }

  /** Of what the library cannot write as it is meant. */
  #bytesOf(value: unknown): Uint8Array | undefined {
    if (typeof value === 'bigint') return isSafe(value) ? this.#encode(Number(value)) : wideInteger(value)
    if (typeof value !== 'object' || value === null) throw refused(`a ${typeof value}`)
    if (value instanceof Uint8Array) return undefined
    const spelled = this.#spell?.(value, this.#encode)
    if (spelled !== undefined) return spelled
    if (value instanceof Map) return join([mapHead(value.size), ...[...value].flat().map(this.#encode)])
    if (Array.isArray(value)) return value.every(isWellFormed) ? undefined : this.#encode(value.map(wellFormed))
    if (!isRecord(value)) throw refused(`an object of the class ${nameOf(value)}`)
    return hasWellFormedText(value) ? undefined : this.#encode(withWellFormedText(value))
  }
}

function nameOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array {
  const parts: Uint8Array[] = []
  let from = 0
  for (const at of cuts) {
    parts.push(bytes.subarray(from, at))
    from = at + EXTENSION_HEAD_BYTES
  }
  return join([...parts, bytes.subarray(from)])
}

function isSafe(value: bigint): boolean {
  return Number.isSafeInteger(Number(value))
}

function wideInteger(value: bigint): Uint8Array {
  if (BigInt.asUintN(64, value) !== value && BigInt.asIntN(64, value) !== value) throw refused('a bigint of more than 64 bits')
  const view = new DataView(new ArrayBuffer(9))
  view.setUint8(0, value >= 0n ? 0xcf : 0xd3)
  view.setBigUint64(1, BigInt.asUintN(64, value))
  return new Uint8Array(view.buffer)
}

function mapHead(size: number): Uint8Array {
  if (size < 16) return Uint8Array.of(0x80 + size)
  if (size < 2 ** 16) return Uint8Array.of(0xde, size >> 8, size)
  return Uint8Array.of(0xdf, size >> 24, size >> 16, size >> 8, size)
}

// Half of a pair of UTF-16 is no text to Python, which ends the connection over it. The library writes it as it is.
const LONE_SURROGATE = /\p{Surrogate}/u

function isWellFormed(value: unknown): boolean {
  return typeof value !== 'string' || !LONE_SURROGATE.test(value)
}

function hasWellFormedText(record: Readonly<Record<string, unknown>>): boolean {
  for (const key in record) if (!isWellFormed(key) || !isWellFormed(record[key])) return false
  return true
}

function withWellFormedText(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [wellFormed(key), wellFormed(value)]))
}

/** With U+FFFD in place of each half, as `TextEncoder` has it. */
function wellFormed<T>(value: T): T | string {
  if (typeof value !== 'string' || isWellFormed(value)) return value
  return value.replace(new RegExp(LONE_SURROGATE, 'gu'), '\ufffd')
}
