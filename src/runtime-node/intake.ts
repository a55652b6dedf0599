import { FrameReader } from '../dask/protocol/tcp-frames.js'

const SCRATCH_BYTES = 65_536

/** Deno knows `onread`, but one connection in ten or so gets nothing by it. Seen with 2.9. */
export const READS_IN_PLACE = !('Deno' in globalThis)

/**
 * What a socket reads, as messages.
 *
 * A socket that is opened with `onread` has the system write what comes where it belongs: a large frame is where it will be
 * used, without a copy and without one buffer after another. Others push their chunks.
 */
export class Intake {
  onFrames: (frames: readonly Uint8Array[]) => void = () => {}
  onError: (error: Error) => void = () => {}
  readonly #reader = new FrameReader((frames) => this.onFrames(frames))
  #scratch: Uint8Array | undefined

  readonly onread = {
    buffer: (): Uint8Array => {
      const { place } = this.#reader
      // A read of its own costs more than the copy of less.
      return place !== undefined && place.byteLength >= SCRATCH_BYTES ? place : this.#scratchBytes()
    },
    callback: (count: number, bytes: Uint8Array): boolean => {
      // Frames are views of what is pushed, and the next is written over this.
      if (bytes === this.#scratch) this.push(bytes.slice(0, count))
      else this.#guard(() => this.#reader.filled(count))
      return true
    },
  }

  push(chunk: Uint8Array): void {
    this.#guard(() => this.#reader.push(chunk))
  }

  #guard(read: () => void): void {
    try {
      read()
    } catch (error) {
      this.onError(error as Error)
    }
  }

  #scratchBytes(): Uint8Array {
    this.#scratch ??= new Uint8Array(SCRATCH_BYTES)
    return this.#scratch
  }
}
