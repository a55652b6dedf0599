import { ClusterError } from '../../core/errors.js'
import { MAX_BYTES } from './bytes.js'
import { decodeLz4Block } from './lz4-block.js'
import { malformed } from './malformed.js'

/**
 * Undoes what a header's `compression` says of each of its frames: a name, or null for one that is as it was.
 *
 * @param maxBytes what all of them may be together
 */
export function decompress(frames: readonly Uint8Array[], compression: unknown, maxBytes = MAX_BYTES): readonly Uint8Array[] {
  if (compression === undefined || compression === null) return frames
  if (!Array.isArray(compression) || compression.length > frames.length) throw malformed('a compression for each of other frames')
  let left = maxBytes
  return frames.map((frame, index) => {
    const opened = decompressOne(frame, compression[index] ?? null, left)
    left -= opened.byteLength
    return opened
  })
}

function decompressOne(frame: Uint8Array, compression: unknown, maxBytes: number): Uint8Array {
  if (compression === null) return frame
  if (compression === 'lz4') return decodeLz4Block(frame, maxBytes)
  if (typeof compression !== 'string') throw malformed('a compression that is no name')
  throw new ClusterError(
    `The cluster compresses with ${JSON.stringify(compression)}, which daskflow cannot undo. Turn it off where the cluster is ` +
      'configured, by `distributed.comm.compression: null`, or have it use `lz4`.',
    { code: 'ERR_NOT_SUPPORTED' },
  )
}
