import { describe, expect, test } from 'vitest'
import { ClusterError } from '../../../src/core/errors.js'
import { FrameReader, packFrames } from '../../../src/dask/protocol/tcp-frames.js'
import { bytes, hex, random } from './bytes.js'

const HANDSHAKE = '83ab636f6d7072657373696f6ec0a6707974686f6e93030b02af7069636b6c652d70726f746f636f6c05'

function frames(...lengths: number[]): Uint8Array[] {
  return lengths.map((length, index) => new Uint8Array(length).fill(index + 1))
}

function streamOf(...messages: Uint8Array[][]): Uint8Array {
  return new Uint8Array(Buffer.concat(messages.flatMap(packFrames)))
}

/** The messages that come of these chunks. */
function read(...chunks: Uint8Array[]): (readonly Uint8Array[])[] {
  const messages: (readonly Uint8Array[])[] = []
  const reader = new FrameReader((message) => messages.push(message))
  for (const chunk of chunks) reader.push(chunk)
  return messages
}

describe('packFrames', () => {
  test('says how many bytes follow, how many frames, and how long each', () => {
    const chunks = packFrames([bytes(HANDSHAKE), bytes('c0')])
    expect(chunks.map(hex)).toEqual([
      `4300000000000000 0200000000000000 2a00000000000000 0100000000000000 ${HANDSHAKE} c0`.replaceAll(' ', ''),
    ])
  })

  test('hands large frames on as they are, and puts small ones together', () => {
    const [small, large, other, last] = frames(10, 100_000, 20, 30) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    const chunks = packFrames([small, large, other, last])
    expect(chunks.map((chunk) => chunk.byteLength)).toEqual([16 + 4 * 8 + 10, 100_000, 50])
    expect(chunks[1]).toBe(large)
  })

  test('writes lengths above 32 bits', () => {
    const large = Object.defineProperty(new Uint8Array(0), 'byteLength', { value: 2 ** 32 + 5 })
    const [head] = packFrames([large]) as [Uint8Array]
    expect(hex(head)).toBe('1500000001000000 0100000000000000 0500000001000000'.replaceAll(' ', ''))
  })
})

describe('FrameReader', () => {
  const messages = [frames(3), frames(5, 0, 7), frames(0), [], frames(1, 2)]
  const stream = streamOf(...messages)

  test('gives the messages of one chunk in their order', () => {
    expect(read(stream)).toEqual(messages)
  })

  test('gives them wherever the stream is cut in two', () => {
    for (let at = 0; at <= stream.byteLength; at++) expect(read(stream.subarray(0, at), stream.subarray(at))).toEqual(messages)
  })

  test('gives them byte by byte', () => {
    expect(read(...Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(messages)
  })

  test('gives them in chunks of any size', () => {
    const next = random(1)
    for (let round = 0; round < 200; round++) {
      const chunks: Uint8Array[] = []
      for (let at = 0; at < stream.byteLength; ) {
        const size = Math.floor(next() * 40)
        chunks.push(stream.subarray(at, at + size))
        at += size
      }
      expect(read(...chunks)).toEqual(messages)
    }
  })

  test('gives them when what a frame lacks is read into its place', () => {
    const next = random(2)
    for (let round = 0; round < 200; round++) {
      const got: (readonly Uint8Array[])[] = []
      const reader = new FrameReader((message) => got.push(message))
      for (let at = 0; at < stream.byteLength; ) {
        const { place } = reader
        const room = place === undefined || next() < 0.3 ? undefined : place
        const chunk = stream.slice(at, at + Math.min(1 + Math.floor(next() * 20), room?.byteLength ?? 40))
        at += chunk.byteLength
        if (room === undefined) reader.push(chunk)
        else {
          room.set(chunk)
          reader.filled(chunk.byteLength)
        }
      }
      expect(got).toEqual(messages)
    }
  })

  test('gives a message as soon as its last byte is there', () => {
    const seen: number[] = []
    const reader = new FrameReader((message) => seen.push(message.length))
    const stream = streamOf(frames(4, 4))
    reader.push(stream.subarray(0, -1))
    expect(seen).toEqual([])
    reader.push(stream.subarray(-1))
    expect(seen).toEqual([2])
  })

  test('does not wait for frames of no bytes', () => {
    expect(read(streamOf(frames(4, 0)))).toEqual([frames(4, 0)])
    expect(read(streamOf([]))).toEqual([[]])
  })

  test('does not look at the first number, which since 2023.11 may be less than the whole', () => {
    const stream = streamOf(frames(3), frames(4))
    stream.fill(0xff, 0, 8)
    expect(read(stream)).toEqual([frames(3), frames(4)])
  })

  test('does not copy a frame that came in one chunk', () => {
    const stream = streamOf(frames(3, 4))
    const [message] = read(stream)
    expect(message?.map((frame) => frame.buffer === stream.buffer)).toEqual([true, true])
  })

  test('puts a frame of many chunks together in one buffer of its size', () => {
    const length = 8 * 2 ** 20
    const large = new Uint8Array(length).map((_, index) => index % 251)
    const stream = streamOf([bytes('c0'), large])
    const chunks = Array.from({ length: Math.ceil(stream.byteLength / 65_536) }, (_, index) =>
      stream.subarray(index * 65_536, (index + 1) * 65_536),
    )
    const frame = read(...chunks)[0]?.[1] as Uint8Array
    expect(Buffer.compare(frame, large)).toBe(0)
    expect(frame.buffer.byteLength).toBe(length)
  })

  test('makes plain bytes of what Node reads', () => {
    const stream = Buffer.concat(packFrames(frames(3, 40)))
    const found = [...read(stream), ...read(stream.subarray(0, 50), stream.subarray(50))].flat()
    expect(found.map((frame) => frame.constructor)).toEqual([Uint8Array, Uint8Array, Uint8Array, Uint8Array])
  })

  const head = (count: string, ...lengths: string[]) => bytes(['0000000000000000', count, ...lengths].join(''))
  test.each([
    ['more frames than the limit', head('0500000000000000'), '5 frames, where 4 are the limit'],
    ['more frames than a number can say', head('ffffffffffffffff'), 'where 4 are the limit'],
    ['a frame above the limit', head('0100000000000000', '6500000000000000'), '101 bytes or more, where 100 are the limit'],
    ['frames above it together', head('0200000000000000', '4000000000000000', '4000000000000000'), '128 bytes or more'],
    ['a frame above 2^53', head('0100000000000000', '0000000000002000'), 'bytes or more, where 100 are the limit'],
    ['lengths that wrap round in 64 bits', head('0200000000000000', 'ffffffffffffffff', '0200000000000000'), 'bytes or more'],
  ])('refuses %s', (_, chunk, says) => {
    const reader = new FrameReader(() => {}, { maxFrames: 4, maxBytes: 100 })
    expect(() => reader.push(chunk)).toThrow(ClusterError)
    expect(() => reader.push(bytes('00'))).toThrow(says)
  })

  test('takes what is just at the limits', () => {
    const seen: unknown[] = []
    const reader = new FrameReader((message) => seen.push(message), { maxFrames: 2, maxBytes: 10 })
    reader.push(streamOf(frames(4, 6)))
    expect(seen).toEqual([frames(4, 6)])
  })

  test('says so when there is no memory for a frame', () => {
    const reader = new FrameReader(() => {}, { maxBytes: Number.MAX_SAFE_INTEGER })
    reader.push(head('0100000000000000', 'ffffffffffff1f00'))
    expect(() => reader.push(bytes('00'))).toThrow(ClusterError)
  })

  test('gives what came before the violation', () => {
    const seen: unknown[] = []
    const reader = new FrameReader((message) => seen.push(message), { maxFrames: 4 })
    expect(() => reader.push(new Uint8Array([...streamOf(frames(3)), ...head('0500000000000000')]))).toThrow(ClusterError)
    expect(seen).toEqual([frames(3)])
  })

  test('ends with what the callback throws', () => {
    const error = new Error('no')
    const reader = new FrameReader(() => {
      throw error
    })
    expect(() => reader.push(streamOf(frames(3), frames(4)))).toThrow(error)
    expect(() => reader.push(streamOf(frames(3)))).toThrow(error)
  })
})
