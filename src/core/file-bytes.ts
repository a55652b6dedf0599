/** What is to be in a file, as bytes of their own: whoever gave it may go on with it. */
export function bytesOf(data: Uint8Array | string): Uint8Array {
  if (typeof data === 'string') return new TextEncoder().encode(data)
  if (!ArrayBuffer.isView(data)) throw new TypeError('A file is written from a Uint8Array or a string')
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
}
