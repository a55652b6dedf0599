import { encode } from '@msgpack/msgpack'
import { describe, expect, test } from 'vitest'
import { ClusterError } from '../../../src/core/errors.js'
import { isRecord } from '../../../src/core/record.js'
import { decodeLz4Block } from '../../../src/dask/protocol/lz4-block.js'
import { decodeMessage, encodeMessage, Serialized } from '../../../src/dask/protocol/message.js'
import { openSerialized } from '../../../src/dask/protocol/serialized-value.js'
import { FrameReader, packFrames } from '../../../src/dask/protocol/tcp-frames.js'
import { bytes, hex, random } from './bytes.js'
import { encodeLz4Block } from './lz4-encoder.js'
import { RECORDED } from './recorded.js'

// Whatever stands on the wire is a value or a ClusterError, and takes memory in proportion to itself.

const MUTATIONS = 20_000
const text = new Uint8Array(Buffer.from('to be or not to be, that is the question '.repeat(20)))
const block = encodeLz4Block(text)

const values = [
  new Serialized({ serializer: 'pickle', compression: ['lz4', null], 'split-num-sub-frames': [2], 'split-offsets': [0] }, [
    block,
    text,
  ]),
  new Serialized({ serializer: 'msgpack' }, [encode({ a: [1, { b: 2 ** 40 }] })]),
  new Serialized(
    {
      'is-collection': true,
      'type-serialized': 'dict',
      'frame-lengths': [1, 2],
      'sub-headers': [
        { serializer: 'dask', type: 'bytes', key: 'a' },
        {
          'is-collection': true,
          'type-serialized': 'set',
          'frame-lengths': [2],
          'sub-headers': [{ serializer: 'pickle', key: ['x', 1] }],
        },
      ],
    },
    [text, text, text],
  ),
  new Serialized({ serializer: 'error' }, [text]),
]

const messages: readonly (readonly Uint8Array[])[] = [
  ...RECORDED.map(({ frames }) => frames.map(bytes)),
  encodeMessage(values),
  encodeMessage([
    new Map<unknown, unknown>([
      [['x', 1], 2n ** 60n],
      [1, new Set(['a'])],
    ]),
  ]),
]

class Mutator {
  readonly #next: () => number

  constructor(seed: number) {
    this.#next = random(seed)
  }

  below(bound: number): number {
    return Math.floor(this.#next() * bound)
  }

  pick<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T
  }

  mutateOne(frames: readonly Uint8Array[]): Uint8Array[] {
    const chosen = this.below(frames.length)
    return frames.map((frame, index) => (index === chosen ? this.mutate(frame) : frame))
  }

  /** With some bytes changed, of which many are those that lengths and types are made of, or cut, or with some taken twice. */
  mutate(data: Uint8Array): Uint8Array {
    let out = data.slice()
    for (let left = 1 + this.below(3); left > 0 && out.length > 0; left--) {
      const at = this.below(out.length)
      const kind = this.below(8)
      if (kind === 0) out = out.slice(0, at)
      else if (kind === 1) out = new Uint8Array([...out.subarray(0, at), ...out.subarray(this.below(out.length))])
      else if (kind === 2) out.fill(0xff, at, at + this.below(9))
      else if (kind === 3) out[at] = 0xc0 + this.below(0x20)
      else if (kind === 4) out[at] = (out[at] as number) ^ (1 << this.below(8))
      else out[at] = this.below(256)
    }
    return out
  }
}

/** What it made of it, or why not; anything but a ClusterError is thrown on. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ClusterError) return undefined
    throw error
  }
}

function openAll(value: unknown): void {
  if (value instanceof Serialized) attempt(() => openSerialized(value))
  else if (Array.isArray(value) || value instanceof Set) for (const item of value) openAll(item)
  else if (value instanceof Map) openAll([...value].flat())
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) openAll(Object.values(value))
}

describe('bytes that were changed on their way', () => {
  test('are a message or refused', () => {
    const mutator = new Mutator(3)
    let read = 0
    for (let round = 0; round < MUTATIONS; round++) {
      const message = attempt(() => decodeMessage(mutator.mutateOne(mutator.pick(messages))))
      if (message !== undefined) read++
      openAll(message)
    }
    // Neither nothing nor all: the changes reach what is behind the first check.
    expect(read).toBeGreaterThan(MUTATIONS / 20)
    expect(read).toBeLessThan(MUTATIONS)
  })

  test('are a message that can be written again, if they are one', () => {
    const mutator = new Mutator(4)
    for (let round = 0; round < MUTATIONS; round++) {
      const message = attempt(() => decodeMessage(mutator.mutateOne(mutator.pick(messages))))
      const again = message === undefined ? undefined : attempt(() => decodeMessage(encodeMessage(message)))
      // What is no text in UTF-8 is mended when it is written; from then on it stays.
      if (again === undefined) continue
      const frames = encodeMessage(again).map(hex)
      expect(encodeMessage(decodeMessage(frames.map(bytes))).map(hex)).toEqual(frames)
    }
  })

  test('are the values of an envelope or refused', () => {
    const mutator = new Mutator(5)
    const encoded = values.map((value) => encode(value.header))
    for (let round = 0; round < MUTATIONS; round++) {
      const index = mutator.below(values.length)
      const header = attempt(() => decodeMessage([mutator.mutate(encoded[index] as Uint8Array)]))
      if (isRecord(header)) openAll(new Serialized(header, (values[index] as Serialized).frames))
    }
  })

  test('are a block or refused, and no more than a block of that length can hold', () => {
    const mutator = new Mutator(6)
    for (let round = 0; round < MUTATIONS; round++) {
      const mutated = mutator.mutate(block)
      const out = attempt(() => decodeLz4Block(mutated))
      if (out !== undefined) expect(out.byteLength).toBeLessThanOrEqual(mutated.byteLength * 255)
    }
  })

  test('are frames within the limits or refused', () => {
    const mutator = new Mutator(7)
    const stream = new Uint8Array(Buffer.concat(messages.slice(0, 4).flatMap((frames) => packFrames(frames))))
    for (let round = 0; round < MUTATIONS; round++) {
      const lengths: number[] = []
      const reader = new FrameReader((frames) => lengths.push(frames.reduce((sum, frame) => sum + frame.byteLength, 0)), {
        maxBytes: 10_000,
      })
      const mutated = mutator.mutate(stream)
      const at = mutator.below(mutated.length)
      attempt(() => reader.push(mutated.subarray(0, at)))
      attempt(() => reader.push(mutated.subarray(at)))
      expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(10_000)
    }
  })
})
