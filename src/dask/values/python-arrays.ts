import { isRecord } from '../../core/record.js'
import { TYPED_ARRAYS } from './tags.js'

// As numpy writes types of numbers: `<f8`. Bytes have no order: `|u1`.
const CODES = 'b=i1 h=i2 i=i4 q=i8 H=u2 I=u4 Q=u8 f=f4 d=f8'
const BY_DTYPE = new Map(CODES.split(' ').map((pair) => [pair.slice(2), pair.slice(0, 1)] as const))

/** What Python's `array` holds; `undefined` for a type that there is none of here. The bytes are little-endian. */
export function arrayOf(code: unknown, bytes: unknown): unknown {
  const kind = TYPED_ARRAYS.find((known) => known.code === (code === 'l' ? 'q' : code === 'L' ? 'Q' : code))
  if (kind === undefined || !(bytes instanceof Uint8Array) || bytes.byteLength % kind.bytes !== 0) return undefined
  return kind.code === 'B' ? bytes : kind.from(bytes.slice().buffer as ArrayBuffer)
}

/** An array of numbers that Dask sent by its own rules: Python's `array`, or one of numpy in one dimension. */
export function readArray(type: unknown, header: unknown, frames: readonly Uint8Array[]): unknown {
  const [bytes] = frames
  if (!isRecord(header) || bytes === undefined || frames.length !== 1) return undefined
  if (type === 'array.array') return arrayOf(header.typecode, bytes)
  if (type !== 'numpy.ndarray') return undefined
  const { dtype, shape, strides } = header
  const name = Array.isArray(dtype) ? String(dtype[1]) : ''
  const isRow = Array.isArray(shape) && shape.length === 1 && Array.isArray(strides)
  const itemBytes = Number(name.slice(2))
  if (!isRow || strides[0] !== itemBytes || shape[0] * itemBytes !== bytes.byteLength) return undefined
  if (name === '|u1') return bytes
  return /^[<|]/.test(name) ? arrayOf(BY_DTYPE.get(name.slice(1)), bytes) : undefined
}
