// With a byte order mark, which is a character of the text like any other.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** UTF-8, but that half a surrogate pair is three bytes, as `surrogatepass` has it: both languages have texts with such halves. */
export function encodeText(text: string): Uint8Array {
  if (!HALF.test(text)) return encoder.encode(text)
  const parts = text.split(HALF).map((part, i) => (i % 2 === 0 ? encoder.encode(part) : encodeHalf(part.charCodeAt(0))))
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

// The `u` makes it blind for whole pairs.
const HALF = /(\p{Surrogate})/u

function encodeHalf(unit: number): Uint8Array {
  return Uint8Array.of(0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f))
}

/** Answers `undefined` for what is no such text, and for what is longer than a string can be here. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return decodeWithHalves(bytes)
  }
}

// Where text is valid, this byte leads three, of which the second tells a half from the characters around it.
const LEAD = 0xed

function decodeWithHalves(bytes: Uint8Array): string | undefined {
  let text = ''
  let from = 0
  try {
    for (let at = bytes.indexOf(LEAD); at >= 0; at = bytes.indexOf(LEAD, at + 1)) {
      const [second = 0, third = 0] = bytes.subarray(at + 1, at + 3)
      if (second >> 5 !== 0b101 || third >> 6 !== 0b10) continue
      text += decoder.decode(bytes.subarray(from, at)) + String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f))
      from = at + 3
    }
    return text + decoder.decode(bytes.subarray(from))
  } catch {
    return undefined
  }
}
