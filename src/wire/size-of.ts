// So many parts of a value are looked at; of the others it is assumed that they are like these.
const MAX_PARTS = 256
// What an object takes beside its parts, and a number, a reference and the like.
const OBJECT_BYTES = 16
const PART_BYTES = 8

/** About how many bytes a value takes. Of a large collection a part is looked at, as Dask's `sizeof` does. */
export function sizeOf(value: unknown): number {
  return new Scale().weigh(value)
}

class Scale {
  readonly #seen = new Set<object>()
  #left = MAX_PARTS

  weigh(value: unknown): number {
    if (typeof value === 'string') return OBJECT_BYTES + 2 * value.length
    if (typeof value !== 'object' || value === null || this.#seen.has(value)) return PART_BYTES
    this.#seen.add(value)
    if (isBuffer(value)) return OBJECT_BYTES + value.byteLength
    // A clone of a part of a buffer carries all of it.
    if (ArrayBuffer.isView(value)) return OBJECT_BYTES + this.weigh(value.buffer)
    if (value instanceof Map) return this.#sampled(value, value.size, ([key, item]) => this.weigh(key) + this.weigh(item))
    if (value instanceof Set || Array.isArray(value)) {
      return this.#sampled(value, value instanceof Set ? value.size : value.length, (item) => this.weigh(item))
    }
    const keys = Object.keys(value)
    return this.#sampled(keys, keys.length, (key) => PART_BYTES + this.weigh((value as Record<string, unknown>)[key]))
  }

  #sampled<T>(parts: Iterable<T>, count: number, weigh: (part: T) => number): number {
    let bytes = 0
    let looked = 0
    for (const part of parts) {
      if (this.#left <= 0) break
      this.#left--
      looked++
      bytes += weigh(part)
    }
    const each = looked === 0 ? PART_BYTES : bytes / looked
    return Math.ceil(OBJECT_BYTES + each * count)
  }
}

function isBuffer(value: object): value is ArrayBuffer {
  return value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer)
}
