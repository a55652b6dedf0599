const CHUNK = 65_536
// What is larger is handed on, rather than copied twice.
const MOST_COPIED = 256

class Chunk {
  readonly bytes = new Uint8Array(CHUNK)
  readonly view = new DataView(this.bytes.buffer)
}

// Most of what is written is short, and all of it leaves as a copy: the next writes where the last one did.
let spare: Chunk | undefined

/**
 * Bytes that are written one after the other, of which nobody knows in advance how many there will be. Nothing MUST be
 * written after `join`.
 */
export class ByteChunks {
  readonly #done: Uint8Array[] = []
  #chunk: Chunk
  /** What is before this is among those that are done. */
  #start = 0
  #at = 0
  #size = 0

  constructor() {
    this.#chunk = spare ?? new Chunk()
    spare = undefined
  }

  uint8(value: number): void {
    const at = this.#step(1)
    this.#chunk.bytes[at] = value
  }

  uint16(value: number): void {
    const at = this.#step(2)
    this.#chunk.view.setUint16(at, value, true)
  }

  uint32(value: number): void {
    const at = this.#step(4)
    this.#chunk.view.setUint32(at, value, true)
  }

  int32(value: number): void {
    const at = this.#step(4)
    this.#chunk.view.setInt32(at, value, true)
  }

  /** The highest byte first, as pickles have it. */
  float64(value: number): void {
    const at = this.#step(8)
    this.#chunk.view.setFloat64(at, value)
  }

  /** A text of ASCII. */
  ascii(text: string): void {
    const at = this.#step(text.length)
    const { bytes } = this.#chunk
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
  }

  /** Large ones are not copied before `join`, and MUST NOT change until then. */
  bytes(bytes: Uint8Array): void {
    if (bytes.length <= MOST_COPIED) {
      const at = this.#step(bytes.length)
      this.#chunk.bytes.set(bytes, at)
      return
    }
    this.#finishChunk()
    this.#done.push(bytes)
    this.#size += bytes.length
  }

  /** All of them, in a buffer of their own. */
  join(): Uint8Array {
    this.#finishChunk()
    const joined = new Uint8Array(this.#size)
    let at = 0
    for (const chunk of this.#done) {
      joined.set(chunk, at)
      at += chunk.length
    }
    spare = this.#chunk
    return joined
  }

  /** Where the next so many go. MUST be called before the chunk is looked at, which it may replace. */
  #step(length: number): number {
    if (length > CHUNK - this.#at) {
      this.#finishChunk()
      this.#chunk = new Chunk()
      this.#start = this.#at = 0
    }
    const at = this.#at
    this.#at += length
    this.#size += length
    return at
  }

  #finishChunk(): void {
    if (this.#at > this.#start) this.#done.push(this.#chunk.bytes.subarray(this.#start, this.#at))
    this.#start = this.#at
  }
}
