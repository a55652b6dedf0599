import { ClusterError } from '../../core/errors.js'

/** What one message, or one value out of its compression, may take when nothing else was said: 2 GiB. */
export const MAX_BYTES = 2 ** 31

/**
 * New bytes, all zero.
 *
 * @throws {ClusterError} when the platform does not have that many
 */
export function allocate(length: number): Uint8Array {
  try {
    return new Uint8Array(length)
  } catch (cause) {
    throw new ClusterError(`There is no memory for ${length} bytes that Dask sends`, { cause })
  }
}

/** All of them in a row; a single one is itself. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  if (first !== undefined && parts.length === 1) return first
  const whole = allocate(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

/** As a plain `Uint8Array`, without a copy: Node's `Buffer` has a `slice` that means something else. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
