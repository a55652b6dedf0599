import { allocate, MAX_BYTES } from './bytes.js'
import { malformed } from './malformed.js'

// As python-lz4 writes it: u32 little-endian size of what comes out, then one raw block.
const PREFIX_BYTES = 4
// Each byte that is read makes at most so many: one of a length that goes on.
const MAX_EXPANSION = 255
const MIN_MATCH = 4
// Below, a loop is quicker than a call.
const SHORT_MATCH = 32

/**
 * Decompresses what Dask calls `lz4`.
 *
 * @throws {ClusterError} for what is no such block, or makes more bytes than that
 */
export function decodeLz4Block(block: Uint8Array, maxBytes = MAX_BYTES): Uint8Array {
  const end = block.byteLength
  if (end <= PREFIX_BYTES) throw malformed('an lz4 block without data')
  const size = new DataView(block.buffer, block.byteOffset, PREFIX_BYTES).getUint32(0, true)
  if (size > maxBytes) throw malformed(`an lz4 block of ${size} bytes, where ${maxBytes} are the limit`)
  if (size > (end - PREFIX_BYTES) * MAX_EXPANSION) throw malformed(`an lz4 block of ${end} bytes that claims to hold ${size}`)
  const out = allocate(size)
  let from = PREFIX_BYTES
  let to = 0

  const byte = (): number => {
    const value = block[from++]
    if (value === undefined) throw malformed('an lz4 block that ends early')
    return value
  }
  /** A length of 15 goes on in the bytes that follow, up to the first that is not 255. */
  const lengthFrom = (nibble: number): number => {
    if (nibble < 15) return nibble
    let length = nibble
    let more: number
    do {
      more = byte()
      length += more
    } while (more === 255)
    return length
  }

  for (;;) {
    const token = byte()
    const literals = lengthFrom(token >> 4)
    if (literals > end - from || literals > size - to) throw malformed('an lz4 block with literals beyond its end')
    out.set(block.subarray(from, from + literals), to)
    from += literals
    to += literals
    if (from === end) break
    const distance = byte() + byte() * 256
    const length = lengthFrom(token & 15) + MIN_MATCH
    if (distance === 0 || distance > to) throw malformed('an lz4 block with a match before its begin')
    if (length > size - to) throw malformed('an lz4 block with a match beyond its end')
    repeat(out, to, distance, length)
    to += length
  }
  if (to !== size) throw malformed(`an lz4 block that ends after ${to} of ${size} bytes`)
  return out
}

/** Writes what stands `distance` before once more; it may reach into what is being written. */
function repeat(out: Uint8Array, to: number, distance: number, length: number): void {
  if (length < SHORT_MATCH) {
    for (let i = to; i < to + length; i++) out[i] = out[i - distance] as number
    return
  }
  let done = Math.min(distance, length)
  out.copyWithin(to, to - distance, to - distance + done)
  while (done < length) {
    const more = Math.min(done, length - done)
    out.copyWithin(to + done, to, to + more)
    done += more
  }
}
