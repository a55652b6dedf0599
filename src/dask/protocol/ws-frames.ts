import { allocate, MAX_BYTES, plainBytes } from './bytes.js'
import { readLength, viewOf, writeLength } from './lengths.js'
import { malformed } from './malformed.js'
import { type FrameLimits, MAX_FRAMES } from './tcp-frames.js'

// On a WebSocket, one message of Dask's is a binary message of eight bytes, which says how many frames follow, and then a
// binary message for each.
const HEAD_BYTES = 8

/** Puts the frames of one message into the binary messages of a WebSocket, to be sent in this order. No frame is copied. */
export function packWsFrames(frames: readonly Uint8Array[]): Uint8Array[] {
  const head = allocate(HEAD_BYTES)
  writeLength(viewOf(head), 0, frames.length)
  return [head, ...frames]
}

/** Puts the binary messages of a WebSocket together to messages of Dask's, each a list of frames, which are not copied. */
export class WsFrameReader {
  readonly #onFrames: (frames: readonly Uint8Array[]) => void
  readonly #maxFrames: number
  readonly #maxBytes: number
  /** How many the message has whose frames come; 0 before a head. */
  #count = 0
  #bytes = 0
  #frames: Uint8Array[] = []
  #failure: { readonly error: unknown } | undefined

  constructor(onFrames: (frames: readonly Uint8Array[]) => void, limits: FrameLimits = {}) {
    this.#onFrames = onFrames
    this.#maxFrames = limits.maxFrames ?? MAX_FRAMES
    this.#maxBytes = limits.maxBytes ?? MAX_BYTES
  }

  /**
   * Takes one binary message, and calls back when it completes one of Dask's.
   *
   * @throws {ClusterError} for what is not Dask's or is above a limit, and whatever the callback throws; from then on each
   * call throws the same, as nobody knows any more where a message begins
   */
  push(message: Uint8Array): void {
    if (this.#failure !== undefined) throw this.#failure.error
    try {
      this.#accept(plainBytes(message))
    } catch (error) {
      this.#failure = { error }
      this.#frames = []
      throw error
    }
  }

  #accept(message: Uint8Array): void {
    if (this.#count === 0) this.#acceptHead(message)
    else this.#acceptFrame(message)
    if (this.#frames.length < this.#count) return
    const frames = this.#frames
    this.#frames = []
    this.#count = 0
    this.#bytes = 0
    this.#onFrames(frames)
  }

  #acceptHead(head: Uint8Array): void {
    const { byteLength } = head
    if (byteLength !== HEAD_BYTES) throw malformed(`a message whose number of frames takes ${byteLength} bytes instead of 8`)
    const count = readLength(viewOf(head), 0)
    if (count > this.#maxFrames) throw malformed(`a message of ${count} frames, where ${this.#maxFrames} are the limit`)
    this.#count = count
  }

  #acceptFrame(frame: Uint8Array): void {
    this.#bytes += frame.byteLength
    const bytes = this.#bytes
    if (bytes > this.#maxBytes) throw malformed(`a message of ${bytes} bytes or more, where ${this.#maxBytes} are the limit`)
    this.#frames.push(frame)
  }
}
