import { encode } from '@msgpack/msgpack'
import { describe, expect, test } from 'vitest'
import { ClusterError } from '../../../src/core/errors.js'
import { Serialized } from '../../../src/dask/protocol/message.js'
import { openSerialized } from '../../../src/dask/protocol/serialized-value.js'
import { bytes } from './bytes.js'
import { encodeLz4Block } from './lz4-encoder.js'

const ascii = (text: string) => new Uint8Array(Buffer.from(text))
const open = (header: Record<string, unknown>, ...frames: Uint8Array[]) => openSerialized(new Serialized(header, frames))
const pickle = { serializer: 'pickle', writeable: [] }
const dask = { serializer: 'dask', type: 'builtins.bytes', 'type-serialized': bytes('4e2e'), 'sub-header': {} }

describe('openSerialized', () => {
  test('gives a pickle and its buffers', () => {
    expect(open(pickle, bytes('4e2e'), bytes('01'), bytes('02'))).toEqual({
      kind: 'pickle',
      pickle: bytes('4e2e'),
      buffers: [bytes('01'), bytes('02')],
    })
  })

  test('reads msgpack, of which the frames are one', () => {
    const whole = encode({ a: [1, 'x'] })
    expect(open({ serializer: 'msgpack' }, whole.subarray(0, 3), whole.subarray(3))).toEqual({
      kind: 'msgpack',
      value: { a: [1, 'x'] },
    })
  })

  test.each(['bytes', 'builtins.bytes', 'bytearray', 'builtins.bytearray'])('gives the bytes of %s', (type) => {
    expect(open({ ...dask, type }, ascii('ab'), ascii('c'))).toEqual({ kind: 'bytes', bytes: ascii('abc') })
    expect(open({ ...dask, type })).toEqual({ kind: 'bytes', bytes: ascii('') })
  })

  test('does not copy bytes of one frame', () => {
    const frame = ascii('abc')
    expect(open(dask, frame)).toHaveProperty('bytes', frame)
    expect((open(dask, frame) as { bytes: Uint8Array }).bytes).toBe(frame)
  })

  test.each([
    [
      { serializer: 'dask', type: 'numpy.ndarray' },
      { serializer: 'dask', type: 'numpy.ndarray' },
    ],
    [
      { serializer: 'cuda', type: 7 },
      { serializer: 'cuda', type: undefined },
    ],
  ])('hands on what only Python can read: %o', (header, expected) => {
    expect(open(header, ascii('x'))).toEqual({ kind: 'unknown', ...expected, header, frames: [ascii('x')] })
  })

  test('undoes lz4 frame by frame', () => {
    const zeros = new Uint8Array(5_000)
    expect(open({ ...pickle, compression: ['lz4', null] }, encodeLz4Block(zeros), ascii('x'))).toEqual({
      kind: 'pickle',
      pickle: zeros,
      buffers: [ascii('x')],
    })
  })

  test.each([null, [], [null]])('reads frames that are as they were: compression %j', (compression) => {
    expect(open({ ...dask, compression }, ascii('x'))).toEqual({ kind: 'bytes', bytes: ascii('x') })
  })

  test('puts split frames together again', () => {
    const header = {
      ...pickle,
      compression: [null, null, null, null],
      'split-num-sub-frames': [1, 0, 3],
      'split-offsets': [0, 1, 1],
    }
    expect(open(header, ascii('p'), ascii('a'), ascii('b'), ascii('c'))).toEqual({
      kind: 'pickle',
      pickle: ascii('p'),
      buffers: [ascii(''), ascii('abc')],
    })
  })

  test('takes the compression away before it puts split frames together', () => {
    const header = { ...dask, compression: ['lz4', 'lz4'], 'split-num-sub-frames': [2], 'split-offsets': [0] }
    expect(open(header, encodeLz4Block(ascii('ab')), encodeLz4Block(ascii('cd')))).toEqual({
      kind: 'bytes',
      bytes: ascii('abcd'),
    })
  })

  test.each(['list', 'tuple', 'set'] as const)('opens each value of a %s', (type) => {
    const header = {
      'is-collection': true,
      'type-serialized': type,
      'sub-headers': [dask, pickle, dask],
      'frame-lengths': [2, 1, 0],
    }
    expect(open(header, ascii('a'), ascii('b'), ascii('p'))).toEqual({
      kind: 'collection',
      type,
      items: [
        { kind: 'bytes', bytes: ascii('ab') },
        { kind: 'pickle', pickle: ascii('p'), buffers: [] },
        { kind: 'bytes', bytes: ascii('') },
      ],
    })
  })

  test('opens each value of a dict, with keys of any kind', () => {
    const headers = [
      { ...dask, key: 'a' },
      { ...dask, key: ['x', 0] },
    ]
    const header = { 'is-collection': true, 'type-serialized': 'dict', 'sub-headers': headers, 'frame-lengths': [1, 1] }
    expect(open(header, ascii('a'), ascii('b'))).toEqual({
      kind: 'dict',
      entries: [
        ['a', { kind: 'bytes', bytes: ascii('a') }],
        [['x', 0], { kind: 'bytes', bytes: ascii('b') }],
      ],
    })
  })

  test('opens collections in collections, of which only the outermost is compressed', () => {
    const inner = {
      'is-collection': true,
      'type-serialized': 'tuple',
      'sub-headers': [{ ...dask, compression: ['lz4'] }],
      'frame-lengths': [1],
    }
    const header = {
      'is-collection': true,
      'type-serialized': 'list',
      'sub-headers': [inner],
      'frame-lengths': [1],
      compression: ['lz4'],
    }
    expect(open(header, encodeLz4Block(ascii('abc')))).toEqual({
      kind: 'collection',
      type: 'list',
      items: [{ kind: 'collection', type: 'tuple', items: [{ kind: 'bytes', bytes: ascii('abc') }] }],
    })
  })

  test('throws what the other side says when it could not send the value', () => {
    const header = { serializer: 'error' }
    expect(() => open(header, ascii('Could not serialize object of type Lock'), ascii('Traceback'))).toThrow(ClusterError)
    expect(() => open(header, ascii('Could not serialize object of type Lock'), ascii('Traceback'))).toThrow(
      'Could not serialize object of type Lock\nTraceback',
    )
  })

  test.each(['zlib', 'snappy', 'zstd'])('names a compression that it cannot undo, and what to do: %s', (compression) => {
    const attempt = () => open({ ...pickle, compression: [compression] }, ascii('x'))
    expect(attempt).toThrow(expect.objectContaining({ code: 'ERR_NOT_SUPPORTED' }))
    expect(attempt).toThrow(`"${compression}"`)
    expect(attempt).toThrow('distributed.comm.compression: null')
  })

  test('stops at a limit for all frames together', () => {
    const compressed = encodeLz4Block(new Uint8Array(600))
    const value = new Serialized({ ...dask, compression: ['lz4', 'lz4'] }, [compressed, compressed])
    expect(() => openSerialized(value, 1_000)).toThrow('600 bytes, where 400 are the limit')
    expect(openSerialized(value, 1_200)).toHaveProperty('bytes.length', 1_200)
  })

  const collection = { 'is-collection': true, 'type-serialized': 'list', 'sub-headers': [dask], 'frame-lengths': [1] }
  test.each<[what: string, header: Record<string, unknown>]>([
    ['no serializer', {}],
    ['a serializer that is no name', { serializer: 7 }],
    ['a compression that is no list', { ...pickle, compression: 'lz4' }],
    ['more compressions than frames', { ...pickle, compression: [null, null] }],
    ['a compression that is no name', { ...pickle, compression: [7] }],
    ['a block that is none', { ...pickle, compression: ['lz4'] }],
    ['a split without offsets', { ...pickle, 'split-num-sub-frames': [1] }],
    ['a split of fewer offsets', { ...pickle, 'split-num-sub-frames': [1, 0], 'split-offsets': [0] }],
    ['a split that is no list', { ...pickle, 'split-num-sub-frames': 1, 'split-offsets': 0 }],
    ['a split into half frames', { ...pickle, 'split-num-sub-frames': [0.5], 'split-offsets': [0] }],
    ['a split of frames that are not there', { ...pickle, 'split-num-sub-frames': [2], 'split-offsets': [0] }],
    ['a split of one frame twice', { ...pickle, 'split-num-sub-frames': [1, 1], 'split-offsets': [0, 0] }],
    ['msgpack that is none', { serializer: 'msgpack' }],
    ['a collection without headers', { ...collection, 'sub-headers': undefined }],
    ['a collection of headers that are none', { ...collection, 'sub-headers': [7] }],
    ['a collection without lengths', { ...collection, 'frame-lengths': undefined }],
    ['a collection of fewer lengths', { ...collection, 'frame-lengths': [] }],
    ['a collection of negative lengths', { ...collection, 'frame-lengths': [-1] }],
    ['a collection of frames that are not there', { ...collection, 'frame-lengths': [2] }],
    ['a collection of no known type', { ...collection, 'type-serialized': 'deque' }],
  ])('refuses %s', (_, header) => {
    expect(() => open(header, bytes('c1'))).toThrow(ClusterError)
  })

  test('refuses a pickle without frames', () => {
    expect(() => open(pickle)).toThrow(ClusterError)
  })
})
