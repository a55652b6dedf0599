// What follows the last match is always literals, and five bytes at least: other decoders insist on it.
const LAST_LITERALS = 5
const MIN_MATCH = 4
const MAX_DISTANCE = 65_535

/** As python-lz4 writes it, if less well: a match is looked for at the last place where the same four bytes stood. */
export function encodeLz4Block(data: Uint8Array): Uint8Array {
  const out: number[] = [data.length & 255, (data.length >> 8) & 255, (data.length >> 16) & 255, data.length >>> 24]
  const places = new Map<number, number>()
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let pending = 0
  for (let at = 0; at + MIN_MATCH + LAST_LITERALS <= data.length; ) {
    const four = view.getUint32(at)
    const place = places.get(four)
    places.set(four, at)
    if (place === undefined || at - place > MAX_DISTANCE) {
      at++
      continue
    }
    let length = MIN_MATCH
    while (at + length + LAST_LITERALS < data.length && data[place + length] === data[at + length]) length++
    writeSequence(out, data.subarray(pending, at), { distance: at - place, length })
    at += length
    pending = at
  }
  writeSequence(out, data.subarray(pending))
  return Uint8Array.from(out)
}

function writeSequence(
  out: number[],
  literals: Uint8Array,
  match?: { readonly distance: number; readonly length: number },
): void {
  const more = match === undefined ? 0 : match.length - MIN_MATCH
  out.push((Math.min(literals.length, 15) << 4) | Math.min(more, 15))
  writeRest(out, literals.length)
  for (const byte of literals) out.push(byte)
  if (match === undefined) return
  out.push(match.distance & 255, match.distance >> 8)
  writeRest(out, more)
}

function writeRest(out: number[], length: number): void {
  if (length < 15) return
  let rest = length - 15
  for (; rest >= 255; rest -= 255) out.push(255)
  out.push(rest)
}
