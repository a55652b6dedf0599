import { malformed } from './malformed.js'

/** What of a msgpack value a plain decoder would get wrong. */
export interface MsgpackShape {
  /** A key of a map is not text. */
  readonly oddKeys: boolean
  /** A key of a map begins with two underscores, as those do by which Dask marks what is no map. */
  readonly markers: boolean
  /** An integer is beyond what a number can hold. */
  readonly bigIntegers: boolean
}

/** How deep lists and maps may lie in each other; Python's own writer stops there too. */
export const MAX_DEPTH = 511

const UNDERSCORE = 0x5f
const UINT64 = 0xcf
const INT64 = 0xd3

// How many bytes follow a head from 0xc0, or -1 for those that are no number, null or boolean.
const FIXED = [0, -1, 0, 0, -1, -1, -1, -1, -1, -1, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8]

/**
 * Checks all lengths of a msgpack value before anything is made of it, and looks for what needs care.
 *
 * The decoder trusts the count of a list and allocates that much: a thousand lists in each other that all claim to be long
 * would take the memory of millions.
 *
 * One loop with its state in variables: each message passes here, and methods or closures for the kinds took 2.5 times as long.
 *
 * @throws {ClusterError} for what is no msgpack, or none that Dask writes
 */
export function shapeOf(bytes: Uint8Array): MsgpackShape {
  const shape = { oddKeys: false, markers: false, bigIntegers: false }
  const end = bytes.byteLength
  let at = 0
  // How many values the list or map at hand still lacks; in a map, keys come at even numbers.
  let left = 1
  let inMap = false
  // The same of those around it; for maps it is below 0, and one less.
  const around: number[] = []

  const number = (width: number): number => {
    if (width > end - at) throw malformed('a msgpack value that ends early')
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + (bytes[at++] as number)
    return value
  }
  const enter = (count: number, isMap: boolean, isKey: boolean): void => {
    if (around.length >= MAX_DEPTH) throw malformed(`a msgpack value that is more than ${MAX_DEPTH} deep`)
    if (isKey) shape.oddKeys = true
    around.push(inMap ? -left - 1 : left)
    left = isMap ? count * 2 : count
    inMap = isMap
  }

  for (;;) {
    while (left === 0) {
      const outer = around.pop()
      if (outer === undefined) {
        if (at < end) throw malformed(`${end - at} bytes after a msgpack value`)
        return shape
      }
      inMap = outer < 0
      left = inMap ? -outer - 1 : outer
    }
    const isKey = inMap && left % 2 === 0
    left--
    if (at >= end) throw malformed('a msgpack value that ends early')
    const head = bytes[at++] as number
    let length = 0
    let isText = false
    if (head < 0x80 || head >= 0xe0) length = 0
    else if (head < 0xa0) {
      enter(head & 0x0f, head < 0x90, isKey)
      continue
    } else if (head < 0xc0) {
      length = head - 0xa0
      isText = true
    } else if (head >= 0xdc) {
      enter(number(head % 2 === 0 ? 2 : 4), head >= 0xde, isKey)
      continue
    } else if (head >= 0xd9) {
      length = number(1 << (head - 0xd9))
      isText = true
    } else if (head >= 0xc4 && head <= 0xc6) length = number(1 << (head - 0xc4))
    else {
      length = FIXED[head - 0xc0] ?? -1
      if (length < 0) throw malformed(`a msgpack value of the type 0x${head.toString(16)}, which Dask does not use`)
      if (head === UINT64 || head === INT64) shape.bigIntegers ||= isBeyondNumbers(bytes, at, head === INT64)
    }
    if (length > end - at) throw malformed('a msgpack value that ends early')
    if (isKey && !isText) shape.oddKeys = true
    else if (isKey && bytes[at] === UNDERSCORE && bytes[at + 1] === UNDERSCORE) shape.markers = true
    at += length
  }
}

// By the upper 16 bits. Some that a number can hold are taken in, which costs a second look.
function isBeyondNumbers(bytes: Uint8Array, at: number, signed: boolean): boolean {
  const high = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
  return signed && high >= 0x8000 ? high <= 0xffe0 : high >= 0x20
}
