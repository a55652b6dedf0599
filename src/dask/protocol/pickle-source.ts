import { ClusterError } from '../../core/errors.js'
import { decodeInteger } from './python-integer.js'
import { decodeText } from './python-text.js'

const NEWLINE = 0x0a

/** A pickle, read from its first byte to its last. Nothing is made of a length before so many bytes are there. */
export class PickleSource {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0
  /** Of the instruction that is carried out. */
  #start = 0

  constructor(bytes: Uint8Array) {
    // Not the given object: `slice` of a Buffer does not copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get size(): number {
    return this.#bytes.length
  }

  get #left(): number {
    return this.#bytes.length - this.#at
  }

  /** To be thrown, by whoever finds that the instruction cannot be carried out. */
  error(what: string): ClusterError {
    return new ClusterError(`This pickle cannot be read: ${what}, at byte ${this.#start} of ${this.size}`)
  }

  opcode(): number {
    this.#start = this.#at
    return this.uint8()
  }

  uint8(): number {
    return this.#view.getUint8(this.#step(1))
  }

  uint16(): number {
    return this.#view.getUint16(this.#step(2), true)
  }

  uint32(): number {
    return this.#view.getUint32(this.#step(4), true)
  }

  int32(): number {
    return this.#view.getInt32(this.#step(4), true)
  }

  float64(): number {
    return this.#view.getFloat64(this.#step(8))
  }

  /** Exact as far as it matters: what is not is longer than any pickle. */
  uint64(): number {
    const at = this.#step(8)
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32
  }

  /** A copy, as Python's reader makes one: a view would hold the whole message, and change it when it is changed. */
  bytes(length: number): Uint8Array {
    return this.#take(length).slice()
  }

  text(length: number): string {
    return this.#decoded(this.#take(length))
  }

  /** A text up to the end of the line. */
  line(): string {
    const end = this.#bytes.indexOf(NEWLINE, this.#at)
    if (end < 0) throw this.error('a line does not end')
    const line = this.#take(end - this.#at)
    this.#at++
    return this.#decoded(line)
  }

  integer(length: number): number | bigint {
    const value = decodeInteger(this.#take(length))
    if (value === undefined) throw this.error(`an integer of ${length} bytes is more than this runtime can hold`)
    return value
  }

  /** Makes sure that so many bytes follow, without reading them. */
  expect(length: number): void {
    if (!(length <= this.#left)) throw this.error(`it needs ${length} more bytes and has ${this.#left}`)
  }

  #take(length: number): Uint8Array {
    const at = this.#step(length)
    return this.#bytes.subarray(at, at + length)
  }

  #step(length: number): number {
    if (length < 0) throw this.error(`a length is ${length}`)
    this.expect(length)
    const at = this.#at
    this.#at += length
    return at
  }

  #decoded(bytes: Uint8Array): string {
    const text = decodeText(bytes)
    if (text === undefined) throw this.error(`a text of ${bytes.length} bytes is not UTF-8, or more than this runtime can hold`)
    return text
  }
}
