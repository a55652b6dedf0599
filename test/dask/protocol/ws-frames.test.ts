import { describe, expect, test } from 'vitest'
import { ClusterError } from '../../../src/core/errors.js'
import { packWsFrames, WsFrameReader } from '../../../src/dask/protocol/ws-frames.js'
import { bytes, hex } from './bytes.js'
import { RECORDED } from './recorded.js'

function frames(...lengths: number[]): Uint8Array[] {
  return lengths.map((length, index) => new Uint8Array(length).fill(index + 1))
}

/** The messages of Dask's that come of these of a WebSocket. */
function read(...messages: Uint8Array[]): (readonly Uint8Array[])[] {
  const found: (readonly Uint8Array[])[] = []
  const reader = new WsFrameReader((message) => found.push(message))
  for (const message of messages) reader.push(message)
  return found
}

describe('packWsFrames', () => {
  test('says in a message of eight bytes how many frames follow, and gives each one of its own', () => {
    const recorded = RECORDED.find(({ op, frames }) => op === 'OK' && frames.length === 3)?.frames ?? []
    expect(packWsFrames(recorded.map(bytes)).map(hex)).toEqual(['0300000000000000', ...recorded])
  })

  test('copies no frame', () => {
    const [first, second] = frames(10, 100_000)
    const [, ...packed] = packWsFrames([first, second] as Uint8Array[])
    expect(packed[0]).toBe(first)
    expect(packed[1]).toBe(second)
  })
})

describe('WsFrameReader', () => {
  test('gives the messages in their order', () => {
    const messages = [frames(3), frames(5, 0, 7), frames(0), [], frames(8), frames(8, 8)]
    expect(read(...messages.flatMap(packWsFrames))).toEqual(messages)
  })

  test('gives a message as soon as its last frame is there', () => {
    const [head, first, last] = packWsFrames(frames(4, 0)) as [Uint8Array, Uint8Array, Uint8Array]
    expect(read(head, first)).toEqual([])
    expect(read(head, first, last)).toEqual([frames(4, 0)])
  })

  test('copies no frame, and makes plain bytes of what Node reads', () => {
    const frame = Buffer.alloc(40)
    const [[found]] = read(bytes('0100000000000000'), frame) as [[Uint8Array]]
    expect(found.buffer).toBe(frame.buffer)
    expect(found.constructor).toBe(Uint8Array)
  })

  const head = (count: string) => bytes(count.padEnd(16, '0'))
  test.each([
    ['no number of frames', [bytes('')], 'takes 0 bytes instead of 8'],
    ['half a number of frames', [bytes('01000000')], 'takes 4 bytes instead of 8'],
    ['what stands on tcp', [bytes('18000000000000000100000000000000')], 'takes 16 bytes instead of 8'],
    ['more frames than the limit', [head('05')], '5 frames, where 4 are the limit'],
    ['more frames than a number can say', [head('ffffffffffffffff')], 'where 4 are the limit'],
    ['a frame above the limit', [head('01'), new Uint8Array(101)], '101 bytes or more, where 100 are the limit'],
    ['frames above it together', [head('02'), ...frames(64, 64)], '128 bytes or more, where 100 are the limit'],
  ])('refuses %s', (_, messages, says) => {
    const reader = new WsFrameReader(() => {}, { maxFrames: 4, maxBytes: 100 })
    const all = () => {
      for (const message of messages) reader.push(message)
    }
    expect(all).toThrow(ClusterError)
    expect(() => reader.push(head('01'))).toThrow(says)
  })

  test('takes what is just at the limits, each message for itself', () => {
    const seen: unknown[] = []
    const reader = new WsFrameReader((message) => seen.push(message), { maxFrames: 2, maxBytes: 10 })
    for (const message of [frames(4, 6), frames(10)].flatMap(packWsFrames)) reader.push(message)
    expect(seen).toEqual([frames(4, 6), frames(10)])
  })

  test('ends with what the callback throws', () => {
    const error = new Error('no')
    const reader = new WsFrameReader(() => {
      throw error
    })
    expect(() => reader.push(head(''))).toThrow(error)
    expect(() => reader.push(head('01'))).toThrow(error)
  })
})
