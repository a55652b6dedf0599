import { allocate, join, MAX_BYTES, plainBytes } from './bytes.js'
import { readLength, viewOf, writeLength } from './lengths.js'
import { malformed } from './malformed.js'

// On the wire, all little-endian: u64 bytes that follow, u64 number of frames, u64 length of each, the frames.
const HEAD_BYTES = 16
const LENGTH_BYTES = 8

// A write of its own costs more than the copy of a frame below this.
const LARGE_FRAME = 16_384

/** Puts the frames of one message into chunks to be written in this order. Large frames are handed on without a copy. */
export function packFrames(frames: readonly Uint8Array[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let small: Uint8Array[] = [headOf(frames)]
  for (const frame of frames) {
    if (frame.byteLength < LARGE_FRAME) {
      small.push(frame)
      continue
    }
    if (small.length > 0) chunks.push(join(small))
    chunks.push(frame)
    small = []
  }
  if (small.length > 0) chunks.push(join(small))
  return chunks
}

function headOf(frames: readonly Uint8Array[]): Uint8Array {
  const head = allocate(HEAD_BYTES + LENGTH_BYTES * frames.length)
  const view = viewOf(head)
  let following = head.byteLength - LENGTH_BYTES
  for (const [index, { byteLength }] of frames.entries()) {
    writeLength(view, HEAD_BYTES + LENGTH_BYTES * index, byteLength)
    following += byteLength
  }
  // Only schedulers before 2023.11 read it; they need the whole.
  writeLength(view, 0, following)
  writeLength(view, LENGTH_BYTES, frames.length)
  return head
}

export interface FrameLimits {
  /** Frames of one message: 2^20. */
  readonly maxFrames?: number
  /** Bytes of all frames of one message: 2 GiB. */
  readonly maxBytes?: number
}

/** What one message may have when nothing else was said. */
export const MAX_FRAMES = 2 ** 20

/**
 * Takes a stream of bytes apart into messages, each a list of frames.
 *
 * A frame that came in one chunk is a view of that chunk and keeps it alive, so chunks MUST NOT be written to again. Any
 * other is put together in a buffer of its own.
 */
export class FrameReader {
  readonly #onFrames: (frames: readonly Uint8Array[]) => void
  readonly #maxFrames: number
  readonly #maxBytes: number
  #next: 'head' | 'lengths' | 'frame' = 'head'
  #needed = HEAD_BYTES
  #lengths: readonly number[] = []
  #frames: Uint8Array[] = []
  /** The part that chunks have ended in, as far as it is there. */
  #partial: Uint8Array | undefined
  #filled = 0
  #failure: { readonly error: unknown } | undefined

  constructor(onFrames: (frames: readonly Uint8Array[]) => void, limits: FrameLimits = {}) {
    this.#onFrames = onFrames
    this.#maxFrames = limits.maxFrames ?? MAX_FRAMES
    this.#maxBytes = limits.maxBytes ?? MAX_BYTES
  }

  /**
   * Reads on, and calls back for each message that is now complete.
   *
   * @throws {ClusterError} for what is not Dask's or is above a limit, and whatever the callback throws; from then on each
   * call throws the same, as nobody knows any more where a message begins
   */
  push(chunk: Uint8Array): void {
    this.#guard(() => this.#read(plainBytes(chunk)))
  }

  /**
   * The place of what comes next, when that belongs to a frame that has begun. Who reads it right into this place saves a
   * copy, and says so by `filled` rather than `push`.
   */
  get place(): Uint8Array | undefined {
    return this.#partial?.subarray(this.#filled)
  }

  /** So many bytes are in `place`. @throws as `push` */
  filled(bytes: number): void {
    this.#guard(() => this.#fill(bytes))
  }

  #guard(read: () => void): void {
    if (this.#failure !== undefined) throw this.#failure.error
    try {
      read()
    } catch (error) {
      this.#failure = { error }
      this.#partial = undefined
      throw error
    }
  }

  #read(chunk: Uint8Array): void {
    let at = 0
    for (;;) {
      const left = chunk.byteLength - at
      if (this.#partial === undefined && left >= this.#needed) {
        const part = chunk.subarray(at, at + this.#needed)
        at += part.byteLength
        this.#accept(part)
        continue
      }
      if (left === 0) return
      this.#partial ??= allocate(this.#needed)
      const taken = Math.min(left, this.#needed - this.#filled)
      this.#partial.set(chunk.subarray(at, at + taken), this.#filled)
      at += taken
      this.#fill(taken)
    }
  }

  #fill(bytes: number): void {
    const part = this.#partial
    this.#filled += bytes
    if (part === undefined || this.#filled < this.#needed) return
    this.#partial = undefined
    this.#filled = 0
    this.#accept(part)
  }

  #accept(part: Uint8Array): void {
    if (this.#next === 'head') {
      this.#acceptHead(part)
      return
    }
    if (this.#next === 'lengths') this.#acceptLengths(part)
    else this.#frames.push(part)
    const length = this.#lengths[this.#frames.length]
    if (length === undefined) this.#complete()
    else this.#expect('frame', length)
  }

  // The first number is not looked at: since 2023.11 it may be less than the whole.
  #acceptHead(head: Uint8Array): void {
    const count = readLength(viewOf(head), LENGTH_BYTES)
    if (count > this.#maxFrames) throw malformed(`a message of ${count} frames, where ${this.#maxFrames} are the limit`)
    this.#expect('lengths', LENGTH_BYTES * count)
  }

  #acceptLengths(table: Uint8Array): void {
    const view = viewOf(table)
    const lengths: number[] = []
    let total = 0
    for (let at = 0; at < table.byteLength; at += LENGTH_BYTES) {
      const length = readLength(view, at)
      total += length
      if (total > this.#maxBytes) throw malformed(`a message of ${total} bytes or more, where ${this.#maxBytes} are the limit`)
      lengths.push(length)
    }
    this.#lengths = lengths
  }

  #complete(): void {
    const frames = this.#frames
    this.#frames = []
    this.#lengths = []
    this.#expect('head', HEAD_BYTES)
    this.#onFrames(frames)
  }

  #expect(next: 'head' | 'lengths' | 'frame', bytes: number): void {
    this.#next = next
    this.#needed = bytes
  }
}
