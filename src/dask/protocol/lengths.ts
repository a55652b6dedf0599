const WORD = 2 ** 32

/** Writes a number as eight bytes, little-endian. */
export function writeLength(view: DataView, at: number, length: number): void {
  view.setUint32(at, length % WORD, true)
  view.setUint32(at + 4, Math.floor(length / WORD), true)
}

/** Reads what was written so. Above `Number.MAX_SAFE_INTEGER` it is not exact, but still above it. */
export function readLength(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * WORD
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
