/** Marks in Python's data what is for JavaScript to read. */
export const TAG = 'daskflow'

interface TypedArrayKind {
  readonly name: string
  /** In Python's `array`. */
  readonly code: string
  readonly bytes: number
  matches(value: object): boolean
  from(buffer: ArrayBuffer): object
}

function kind(code: string, type: TypedArrayClass): TypedArrayKind {
  return {
    name: type.name,
    code,
    bytes: type.BYTES_PER_ELEMENT,
    matches: (value) => value instanceof type,
    from: (buffer) => new type(buffer),
  }
}

interface TypedArrayClass {
  new (buffer: ArrayBuffer): object
  readonly name: string
  readonly BYTES_PER_ELEMENT: number
}

/** Those that Python has in its `array`. Uint8Array is `bytes`. */
export const TYPED_ARRAYS: readonly TypedArrayKind[] = [
  kind('b', Int8Array),
  kind('B', Uint8ClampedArray),
  kind('h', Int16Array),
  kind('H', Uint16Array),
  kind('i', Int32Array),
  kind('I', Uint32Array),
  kind('q', BigInt64Array),
  kind('Q', BigUint64Array),
  kind('f', Float32Array),
  kind('d', Float64Array),
]
