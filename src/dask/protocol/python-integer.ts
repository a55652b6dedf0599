// Six bytes are always a safe integer.
const MAX_SMALL_BYTES = 6

/** Two's complement, the lowest byte first, in as few bytes as Python takes; none for 0. */
export function encodeInteger(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0)
  // As hex: that takes time in proportion to the size, where shifting takes its square.
  const digits = (value < 0n ? ~value : value).toString(16)
  const bytes = new Uint8Array(Math.ceil((digits.length + (Number.parseInt(digits.charAt(0), 16) > 7 ? 1 : 0)) / 2))
  for (let i = 0, end = digits.length; end > 0; i++, end -= 2) {
    bytes[i] = Number.parseInt(digits.slice(Math.max(0, end - 2), end), 16)
  }
  return value < 0n ? bytes.map((byte) => ~byte) : bytes
}

/** A number where that is exact, else a bigint. Answers `undefined` for one that is larger than this runtime has them. */
export function decodeInteger(bytes: Uint8Array): number | bigint | undefined {
  const isNegative = (bytes.at(-1) ?? 0) > 0x7f
  if (bytes.length <= MAX_SMALL_BYTES) {
    const value = bytes.reduceRight((high, byte) => high * 0x100 + byte, 0)
    return isNegative ? value - 0x100 ** bytes.length : value
  }
  const digits: string[] = []
  for (let i = bytes.length - 1; i >= 0; i--) {
    const byte = bytes[i] ?? 0
    digits.push((isNegative ? byte ^ 0xff : byte).toString(16).padStart(2, '0'))
  }
  try {
    const magnitude = BigInt(`0x${digits.join('')}`)
    const value = isNegative ? ~magnitude : magnitude
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
  } catch {
    return undefined
  }
}
