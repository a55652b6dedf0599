import { ClusterError } from '../../core/errors.js'
import { isRecord } from '../../core/record.js'
import { join, MAX_BYTES } from './bytes.js'
import { decompress } from './compression.js'
import { malformed } from './malformed.js'
import { isIndex, type Serialized } from './message.js'
import { decodeMsgpack } from './msgpack-decoder.js'

/** A value out of its envelope, as far as that goes without Python. Bytes may be views of the frames. */
export type SerializedValue =
  /** Frames of a pickle: itself, and what it takes from outside itself. */
  | { readonly kind: 'pickle'; readonly pickle: Uint8Array; readonly buffers: readonly Uint8Array[] }
  | { readonly kind: 'msgpack'; readonly value: unknown }
  /** Python's `bytes` or `bytearray`. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Of values that each came in a way of its own. */
  | { readonly kind: 'collection'; readonly type: 'list' | 'tuple' | 'set'; readonly items: readonly SerializedValue[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [key: unknown, value: SerializedValue])[] }
  /** What a library of Python's wrote by rules of its own: arrays, data frames. */
  | {
      readonly kind: 'unknown'
      readonly serializer: string
      /** The class in Python: `numpy.ndarray`. */
      readonly type: string | undefined
      readonly header: Readonly<Record<string, unknown>>
      readonly frames: readonly Uint8Array[]
    }

/**
 * Takes a value out of its envelope.
 *
 * @param maxBytes what its frames may be together once they are decompressed
 * @throws {ClusterError} for what is malformed, for a value that the other side could not send, and with `code`
 * `ERR_NOT_SUPPORTED` for a compression other than lz4
 */
export function openSerialized({ header, frames }: Serialized, maxBytes = MAX_BYTES): SerializedValue {
  return open(header, merge(header, decompress(frames, header.compression, maxBytes)))
}

/** Undoes that frames above 64 MiB are split. */
function merge(header: Readonly<Record<string, unknown>>, frames: readonly Uint8Array[]): readonly Uint8Array[] {
  const counts = header['split-num-sub-frames']
  if (counts === undefined) return frames
  const offsets = header['split-offsets']
  if (!isIndexes(counts) || !isIndexes(offsets) || counts.length !== offsets.length) throw malformed('a split that is no list')
  let end = 0
  return counts.map((count, index) => {
    const start = offsets[index] as number
    // One after the other: what may overlap could grow without bound.
    if (start < end || count > frames.length - start) throw malformed('a split into frames that are not there')
    end = start + count
    return join(frames.slice(start, end))
  })
}

function open(header: Readonly<Record<string, unknown>>, frames: readonly Uint8Array[]): SerializedValue {
  if (header['is-collection'] !== undefined) return openCollection(header, frames)
  const { serializer, type } = header
  if (serializer === 'pickle') {
    const [pickle, ...buffers] = frames
    if (pickle === undefined) throw malformed('a pickle without frames')
    return { kind: 'pickle', pickle, buffers }
  }
  if (serializer === 'msgpack') return { kind: 'msgpack', value: decodeMsgpack(join(frames)) }
  if (serializer === 'error') throw new ClusterError(`A value could not be sent. ${textOf(frames)}`)
  if (typeof serializer !== 'string') throw malformed('a value that does not say how it is serialized')
  if (serializer === 'dask' && isBytes(type)) return { kind: 'bytes', bytes: join(frames) }
  return { kind: 'unknown', serializer, type: typeof type === 'string' ? type : undefined, header, frames }
}

// Their class, with its module since 2023.
function isBytes(type: unknown): boolean {
  return type === 'bytes' || type === 'builtins.bytes' || type === 'bytearray' || type === 'builtins.bytearray'
}

function openCollection(header: Readonly<Record<string, unknown>>, frames: readonly Uint8Array[]): SerializedValue {
  const headers = header['sub-headers']
  const counts = header['frame-lengths']
  if (!Array.isArray(headers) || !headers.every(isRecord) || !isIndexes(counts) || counts.length !== headers.length) {
    throw malformed('a collection without the headers of its values')
  }
  let start = 0
  const items = headers.map((inner, index) => {
    const end = start + (counts[index] as number)
    if (end > frames.length) throw malformed('a collection of more frames than there are')
    const value = open(inner, frames.slice(start, end))
    start = end
    return value
  })
  const type = header['type-serialized']
  if (type === 'dict') return { kind: 'dict', entries: items.map((value, index) => [headers[index]?.key, value]) }
  if (type === 'list' || type === 'tuple' || type === 'set') return { kind: 'collection', type, items }
  throw malformed(`a collection of the type ${JSON.stringify(type)}`)
}

function isIndexes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isIndex)
}

const MAX_TEXT_BYTES = 10_000

/** What the other side says of it: first its message, then where it was thrown. */
function textOf(frames: readonly Uint8Array[]): string {
  return frames.map((frame) => new TextDecoder().decode(frame.subarray(0, MAX_TEXT_BYTES))).join('\n')
}
