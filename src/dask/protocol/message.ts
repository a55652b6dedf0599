import { ClusterError } from '../../core/errors.js'
import { isRecord } from '../../core/record.js'
import { join, MAX_BYTES } from './bytes.js'
import { decompress } from './compression.js'
import { malformed } from './malformed.js'
import { decodeMsgpack } from './msgpack-decoder.js'
import { encodeMsgpack } from './msgpack-encoder.js'

/** A value as Dask's workers and clients hand it to each other. The scheduler does not look into it, and nor does a message. */
export class Serialized {
  /** How to read the frames; `openSerialized` does. */
  readonly header: Readonly<Record<string, unknown>>
  readonly frames: readonly Uint8Array[]
  /** The header as it came: whoever only hands a value on hands on the same bytes. */
  readonly #encodedHeader: Uint8Array | undefined

  constructor(header: Readonly<Record<string, unknown>>, frames: readonly Uint8Array[], encodedHeader?: Uint8Array) {
    this.header = header
    this.frames = frames
    this.#encodedHeader = encodedHeader
  }

  encodeHeader(encode: (header: unknown) => Uint8Array): Uint8Array {
    return this.#encodedHeader ?? encode({ ...this.header, 'num-sub-frames': this.frames.length })
  }
}

/** A Python value that the scheduler itself reads or wrote, unread. */
export class Pickled {
  readonly pickle: Uint8Array
  /** What the pickle takes from outside itself, in this order. */
  readonly buffers: readonly Uint8Array[]

  constructor(pickle: Uint8Array, buffers: readonly Uint8Array[] = []) {
    this.pickle = pickle
    this.buffers = buffers
  }
}

// Maps with one of these keys are read as something else.
const MARKERS = ['__Serialized__', '__Pickled__', '__Set__', '__Enum__']
const SERIALIZED_HEAD = encodeMsgpack({ __Serialized__: 0 }).slice(0, -1)
const PICKLED_HEAD = encodeMsgpack({ __Pickled__: 0 }).slice(0, -1)
const SET_HEAD = encodeMsgpack({ __Set__: true, 'as-list': 0 }).slice(0, -1)

/**
 * The frames of a message. It may hold what JSON can say, `Uint8Array`, bigint, `Map`, `Set`, `Serialized` and `Pickled`.
 *
 * @throws {ClusterError} with `code` `ERR_NOT_SUPPORTED` for anything else
 */
export function encodeMessage(message: unknown): Uint8Array[] {
  const further: Uint8Array[] = []
  const place = (header: Uint8Array, frames: readonly Uint8Array[]): number => {
    const offset = further.push(header)
    // Not `push(...frames)`: there may be more than a call takes arguments.
    for (const frame of frames) further.push(frame)
    return offset
  }
  const first = encodeMsgpack(message, (value, encode) => {
    if (value instanceof Serialized) return join([SERIALIZED_HEAD, encode(place(value.encodeHeader(encode), value.frames))])
    if (value instanceof Pickled) return join([PICKLED_HEAD, encode(place(encode(headerOf(value)), value.buffers))])
    if (value instanceof Set) return join([SET_HEAD, encode([...value])])
    if (!Array.isArray(value)) refuseMarkers(value)
    return undefined
  })
  return [first, ...further]
}

/** A map of the caller's that would be read as something else. */
function refuseMarkers(value: object): void {
  const marker = MARKERS.find((name) => (value instanceof Map ? value.has(name) : Object.hasOwn(value, name)))
  if (marker === undefined) return
  throw new ClusterError(`Dask's messages cannot carry a field of the name ${marker}`, { code: 'ERR_NOT_SUPPORTED' })
}

function headerOf({ pickle, buffers }: Pickled): Record<string, unknown> {
  return { 'pickled-obj': pickle, compression: buffers.map(() => null), 'num-sub-frames': buffers.length }
}

/**
 * The message of these frames, to which its bytes are views. Sets are `Set`, a member of an enum is its name.
 *
 * @param maxBytes what the buffers of pickles may be together once they are decompressed
 * @throws {ClusterError} for what is no message
 */
export function decodeMessage(frames: readonly Uint8Array[], maxBytes = MAX_BYTES): unknown {
  const [first] = frames
  if (first === undefined) throw malformed('a message without frames')
  const values = new ValueFrames(frames)
  let left = maxBytes
  return decodeMsgpack(first, (record) => {
    if (Object.hasOwn(record, '__Serialized__')) {
      const { encoded, header, frames } = values.take(record.__Serialized__)
      return new Serialized(header, frames, encoded)
    }
    if (Object.hasOwn(record, '__Pickled__')) {
      const { header, frames } = values.take(record.__Pickled__)
      const pickle = header['pickled-obj']
      if (!(pickle instanceof Uint8Array)) throw malformed('a pickle that is no bytes')
      const buffers = decompress(frames, header.compression, left)
      for (const buffer of buffers) left -= buffer.byteLength
      return new Pickled(pickle, buffers)
    }
    return revivePlain(record)
  })
}

/** The frames after the first: of each value a header, and as many frames as that says. */
class ValueFrames {
  readonly #frames: readonly Uint8Array[]
  /** Which belong to a value already; what many may share would be read that often. */
  readonly #taken = new Set<number>([0])

  constructor(frames: readonly Uint8Array[]) {
    this.#frames = frames
  }

  take(offset: unknown): { encoded: Uint8Array; header: Record<string, unknown>; frames: readonly Uint8Array[] } {
    const encoded = this.#frame(offset)
    const header = decodeMsgpack(encoded, revivePlain)
    if (!isRecord(header)) throw malformed('a header that is no record')
    const count = header['num-sub-frames']
    if (!isIndex(count)) throw malformed('a header that does not say how many frames follow')
    const frames: Uint8Array[] = []
    while (frames.length < count) frames.push(this.#frame((offset as number) + 1 + frames.length))
    return { encoded, header, frames }
  }

  #frame(index: unknown): Uint8Array {
    const frame = isIndex(index) ? this.#frames[index] : undefined
    if (frame === undefined) throw malformed('a value in a frame that is not there')
    if (this.#taken.has(index as number)) throw malformed('two values in one frame')
    this.#taken.add(index as number)
    return frame
  }
}

function revivePlain(record: Record<string, unknown>): unknown {
  if (Object.hasOwn(record, '__Set__')) {
    const items = record['as-list']
    if (!Array.isArray(items)) throw malformed('a set without a list')
    return new Set(items)
  }
  if (Object.hasOwn(record, '__Enum__')) {
    if (typeof record.name !== 'string') throw malformed('a member of an enum without a name')
    return record.name
  }
  return record
}

/** Whether it can say where something is, or how many there are. */
export function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
