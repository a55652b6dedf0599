const FIRST_CHUNK = 256
const LARGEST_CHUNK = 65_536

/** Bytes that are written one after the other, of which nobody knows in advance how many there will be. */
export class ByteChunks {
  readonly #done: Uint8Array[] = []
  #chunk = new Uint8Array(FIRST_CHUNK)
  #view = new DataView(this.#chunk.buffer)
  /** What is before this is among those that are done. */
  #start = 0
  #at = 0
  #size = 0

  uint8(value: number): void {
    const at = this.#step(1)
    this.#view.setUint8(at, value)
  }

  uint16(value: number): void {
    const at = this.#step(2)
    this.#view.setUint16(at, value, true)
  }

  uint32(value: number): void {
    const at = this.#step(4)
    this.#view.setUint32(at, value, true)
  }

  int32(value: number): void {
    const at = this.#step(4)
    this.#view.setInt32(at, value, true)
  }

  /** The highest byte first, as pickles have it. */
  float64(value: number): void {
    const at = this.#step(8)
    this.#view.setFloat64(at, value)
  }

  /** Large ones are not copied before `join`, and MUST NOT change until then. */
  bytes(bytes: Uint8Array): void {
    if (bytes.length <= FIRST_CHUNK) {
      const at = this.#step(bytes.length)
      this.#chunk.set(bytes, at)
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
    return joined
  }

  /** Where the next so many go. MUST be called before the chunk is looked at, which it may replace. */
  #step(length: number): number {
    if (length > this.#chunk.length - this.#at) {
      this.#finishChunk()
      this.#chunk = new Uint8Array(Math.min(2 * this.#chunk.length, LARGEST_CHUNK))
      this.#view = new DataView(this.#chunk.buffer)
      this.#start = this.#at = 0
    }
    const at = this.#at
    this.#at += length
    this.#size += length
    return at
  }

  #finishChunk(): void {
    if (this.#at > this.#start) this.#done.push(this.#chunk.subarray(this.#start, this.#at))
    this.#start = this.#at
  }
}
