import { ByteChunks } from './byte-chunks.js'
import { Opcode } from './opcodes.js'
import { encodeInteger } from './python-integer.js'
import { encodeText } from './python-text.js'

// Texts of less are written faster than an encoder is asked.
const SHORT = 64

/** A pickle, written from its first byte to its last: what holds nothing else is written here, in the shortest way. */
export class PickleSink {
  readonly #chunks = new ByteChunks()

  constructor(protocol: number) {
    this.opcode(Opcode.Proto)
    this.#chunks.uint8(protocol)
  }

  opcode(opcode: number): void {
    this.#chunks.uint8(opcode)
  }

  none(): void {
    this.opcode(Opcode.None)
  }

  boolean(value: boolean): void {
    this.opcode(value ? Opcode.NewTrue : Opcode.NewFalse)
  }

  /** An integer where it is one that JavaScript tells from its neighbours, else a float. */
  number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) this.float(value)
    else if (value >= 0 && value < 2 ** 8) this.#withUint8(Opcode.BinInt1, value)
    else if (value >= 0 && value < 2 ** 16) {
      this.opcode(Opcode.BinInt2)
      this.#chunks.uint16(value)
    } else if (value >= -(2 ** 31) && value < 2 ** 31) {
      this.opcode(Opcode.BinInt)
      this.#chunks.int32(value)
    } else this.#long(BigInt(value))
  }

  float(value: number): void {
    this.opcode(Opcode.BinFloat)
    this.#chunks.float64(value)
  }

  bigint(value: bigint): void {
    if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) this.number(Number(value))
    else this.#long(value)
  }

  text(text: string): void {
    if (text.length < SHORT && isAscii(text)) {
      this.#withUint8(Opcode.ShortBinUnicode, text.length)
      this.#chunks.ascii(text)
    } else this.#sized(Opcode.ShortBinUnicode, Opcode.BinUnicode, encodeText(text))
  }

  /** Of less than 4 GiB. */
  bytes(bytes: Uint8Array): void {
    this.#sized(Opcode.ShortBinBytes, Opcode.BinBytes, bytes)
  }

  recall(index: number): void {
    if (index < 2 ** 8) this.#withUint8(Opcode.BinGet, index)
    else this.#withUint32(Opcode.LongBinGet, index)
  }

  finish(): Uint8Array {
    this.opcode(Opcode.Stop)
    return this.#chunks.join()
  }

  #long(value: bigint): void {
    this.#sized(Opcode.Long1, Opcode.Long4, encodeInteger(value))
  }

  #sized(short: number, long: number, bytes: Uint8Array): void {
    if (bytes.length < 2 ** 8) this.#withUint8(short, bytes.length)
    else this.#withUint32(long, bytes.length)
    this.#chunks.bytes(bytes)
  }

  #withUint8(opcode: number, value: number): void {
    this.opcode(opcode)
    this.#chunks.uint8(value)
  }

  #withUint32(opcode: number, value: number): void {
    this.opcode(opcode)
    this.#chunks.uint32(value)
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
