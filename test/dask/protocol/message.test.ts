import { encode } from '@msgpack/msgpack'
import { describe, expect, test } from 'vitest'
import { ClusterError } from '../../../src/core/errors.js'
import { decodeMessage, encodeMessage, Pickled, Serialized } from '../../../src/dask/protocol/message.js'
import { bytes, hex } from './bytes.js'
import { encodeLz4Block } from './lz4-encoder.js'
import { RECORDED, RECORDED_BEGINS } from './recorded.js'

const HEADER = '83 aa73657269616c697a6572 a67069636b6c65 a9777269746561626c65 90 ae6e756d2d7375622d6672616d6573 01'
const NONE = bytes('81 ae6e756d2d7375622d6672616d6573 00')

const decoded = (...frames: string[]) => decodeMessage(frames.map(bytes))
const encoded = (message: unknown) => encodeMessage(message).map(hex)

/** As the recordings show a message. */
function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return `<bin ${value.length} ${hex(value.subarray(0, 80))}>`
  if (value instanceof Set) return { __Set__: [...value].map(shown) }
  if (value instanceof Pickled) return null
  if (value instanceof Serialized) return { header: shown(value.header), frames: value.frames.map(shown) }
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)]))
}

/** The message that a recording shows. Of bytes that it shows in part, the rest is zero. */
function made(shown: unknown): unknown {
  const [, length, begin] = (typeof shown === 'string' && /^<bin (\d+) (\w*)>$/.exec(shown)) || []
  if (begin !== undefined) return bytes(begin.padEnd(Number(length) * 2, '0'))
  if (Array.isArray(shown)) return shown.map(made)
  if (typeof shown !== 'object' || shown === null) return shown
  if ('__Set__' in shown) return new Set(shown.__Set__ as unknown[])
  return Object.fromEntries(Object.entries(shown).map(([key, inner]) => [key, made(inner)]))
}

describe('what was recorded', () => {
  // Recordings show the header of a value that was sent as it was before its frames were counted.
  const uncounted = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(',"num-sub-frames":1', ''))

  test.each(RECORDED)('is read: $op of $dask, sent: $sent', ({ message, frames }) => {
    expect(uncounted(shown(decoded(...frames)))).toEqual(uncounted(message))
  })

  test.each(RECORDED.filter(({ sent }) => sent))('is written as it was sent: $op to $dask', ({ frames }) => {
    expect(encoded(decoded(...frames))).toEqual(frames)
  })

  test.each(RECORDED_BEGINS)('is written as it was sent, as far as that is known: $op to $dask', ({ message, length, begin }) => {
    const [frame] = encoded(made(message)) as [string]
    expect(frame.slice(0, begin.length)).toBe(begin)
    expect(frame.length / 2).toBe(length)
  })

  test("is written from values of one's own too", () => {
    const { frames } = RECORDED.find(({ op, sent }) => op === 'OK' && sent) as { readonly frames: readonly string[] }
    const key = 'js-6b682d2b-9e6f-45a9-9511-7534392c86f9'
    const value = new Serialized({ serializer: 'pickle', writeable: [] }, [bytes('80044b042e')])
    expect(encoded({ status: 'OK', data: { [key]: value } })).toEqual(frames)
  })
})

describe('a value that is written and read', () => {
  test.each<[what: string, value: unknown]>([
    ['null', null],
    ['a list of all plain things', [true, false, 0, 1.5, -1.5, '', 'é€😀', [], {}]],
    [
      'integers at every width',
      [-1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, -32, -33, -128, -129, -32_769, -(2 ** 31) - 1],
    ],
    ['the largest safe integers', [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]],
    ['the smallest bigint beyond them', 2n ** 53n],
    ['the largest below', -(2n ** 53n)],
    ['the next to it', -(2n ** 53n) - 1n],
    ['bigints beyond them', [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 53n), -(2n ** 63n)]],
    ['numbers that are no integers', [0.1, 1e300, Number.POSITIVE_INFINITY, Number.NaN]],
    ['bytes', [new Uint8Array(0), new Uint8Array(300).fill(7), new Uint8Array(70_000).fill(8)]],
    ['texts at every length', ['x'.repeat(31), 'x'.repeat(32), 'x'.repeat(256), 'x'.repeat(65_536)]],
    ['long lists', [Array.from({ length: 16 }, (_, i) => i), Array.from({ length: 65_536 }, () => null)]],
    ['long records', Object.fromEntries(Array.from({ length: 65_536 }, (_, i) => [`k${i}`, i]))],
    ['sets', { a: new Set(['x', 'y']), b: new Set(), c: [new Set([1, new Set([2])])] }],
    [
      'Maps with keys that are no text',
      new Map<unknown, unknown>([
        [1, 'a'],
        ['1', 'b'],
        [['x', 0], { y: new Map([[true, null]]) }],
        [2n ** 60n, 1],
      ]),
    ],
    ['long Maps', new Map(Array.from({ length: 65_536 }, (_, i) => [i, i % 3]))],
    [
      'keys that begin as a stand-in for others does',
      [
        { '\0': 1, '\x000': 2 },
        new Map<unknown, unknown>([
          ['\x000', 1],
          [0, 2],
        ]),
      ],
    ],
    ['a bigint next to a set', [2n ** 60n, new Set([1]), 2 ** 40]],
    ['pickles', { a: new Pickled(bytes('4b012e')), b: [new Pickled(bytes('4e2e'), [bytes('01'), bytes('')])] }],
    ['what lies deep', Array.from({ length: 500 }).reduce((inner) => [inner], null)],
  ])('is the same: %s', (_, value) => {
    expect(decodeMessage(encodeMessage(value))).toEqual(value)
  })

  test.each<[what: string, value: unknown, read: unknown]>([
    ['a field that is undefined is left out', { a: undefined, b: 1 }, { b: 1 }],
    ['undefined in a list is null', [undefined], [null]],
    ['a Map with text for keys is a record', new Map([['a', 1]]), { a: 1 }],
    ['a small bigint is a number', [7n, -7n, 2n ** 53n - 1n], [7, -7, 2 ** 53 - 1]],
    ['a record without a prototype is a record', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['half of a surrogate pair is U+FFFD', ['\ud83d', { 'a\ude00': 'b\ud83d!' }], ['\ufffd', { 'a\ufffd': 'b\ufffd!' }]],
    ['so it is in a text alone', 'a\ud83d', 'a\ufffd'],
    [
      'so it is in sets and Maps',
      [new Set(['\ud83d']), new Map([['\ud83d', '\ude00']])],
      [new Set(['\ufffd']), { '\ufffd': '\ufffd' }],
    ],
  ])('is what Python takes: %s', (_, value, read) => {
    expect(decodeMessage(encodeMessage(value))).toEqual(read)
  })

  test.each<[value: unknown, hex: string]>([
    [2 ** 32, 'cf0000000100000000'],
    [-(2 ** 31) - 1, 'd3ffffffff7fffffff'],
    [2n ** 64n - 1n, 'cfffffffffffffffff'],
    [-(2n ** 63n), 'd38000000000000000'],
    [3n, '03'],
    [3.0, '03'],
    [1e20, 'cb4415af1d78b58c40'],
    [new Set([1]), '82a75f5f5365745f5fc3a761732d6c6973749101'],
    [new Map<unknown, unknown>([[['x', 0], 1]]), '8192a1780001'],
  ])('takes the bytes that it should: %s', (value, expected) => {
    expect(encoded(value)).toEqual([expected])
  })
})

describe('encodeMessage', () => {
  class Point {
    x = 1
  }
  const cycle: unknown[] = []
  cycle.push(cycle)
  const inSets = new Set<unknown>()
  inSets.add(inSets)
  test.each<[what: string, value: unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a Date', new Date(0)],
    ['a Float32Array', new Float32Array(1)],
    ['a DataView', new DataView(new ArrayBuffer(1))],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['an Error', new Error('x')],
    ['a Promise', Promise.resolve()],
    ['an instance of a class', new Point()],
    ['a bigint of 65 bits', 2n ** 64n],
    ['a negative one', -(2n ** 63n) - 1n],
    ['a cycle', cycle],
    ['a cycle of sets', inSets],
    ['what is too deep', Array.from({ length: 600 }).reduce((inner) => [inner], null)],
    ['a field that is read as a set', { __Set__: 1 }],
    ['a field that is read as a value', { annotations: { __Serialized__: 1 } }],
    ['such a key of a Map', new Map([['__Pickled__', 1]])],
    [
      'a getter that throws',
      {
        get no() {
          throw new Error('no')
        },
      },
    ],
  ])('refuses %s', (_, value) => {
    for (const message of [value, [value], { a: value }, new Set([value]), new Map([[0, value]])]) {
      if (message === undefined || value !== undefined) expect(() => encodeMessage(message)).toThrow(ClusterError)
    }
  })

  test.each([
    ['lists', cycle, 'cannot be read to its end'],
    ['sets', inSets, 'more than 511 deep'],
  ])('says what is wrong with a cycle of %s', (_, value, says) => {
    expect(() => encodeMessage(value)).toThrow(says)
  })

  test('says with a code that it is not supported', () => {
    expect(() => encodeMessage([new Date(0)])).toThrow(expect.objectContaining({ code: 'ERR_NOT_SUPPORTED' }))
  })

  test('does not copy the frames of values', () => {
    const frame = new Uint8Array(10)
    expect(encodeMessage([new Serialized({}, [frame])])[2]).toBe(frame)
  })

  test('hands a value on with the very header that it came with', () => {
    // 1.0, which a number of JavaScript's would not keep.
    const header = '82 a178 cb3ff0000000000000 ae6e756d2d7375622d6672616d6573 01'
    const frames = ['91 81ae5f5f53657269616c697a65645f5f01', header, '01'].map((frame) => frame.replaceAll(' ', ''))
    expect(encoded(decoded(...frames))).toEqual(frames)
  })

  test('gives a value that is there twice frames of its own each time', () => {
    const value = new Serialized({ a: 1 }, [bytes('01')])
    const [a, b] = decodeMessage(encodeMessage([value, value])) as [Serialized, Serialized]
    expect([a.frames, b.frames]).toEqual([value.frames, value.frames])
  })
})

describe('decodeMessage', () => {
  test('reads a member of an enum as its name', () => {
    expect(decodeMessage([encode({ a: { __Enum__: true, name: 'running', __module__: 'm', __name__: 'Status' } })])).toEqual({
      a: 'running',
    })
  })

  test('reads pickles with their buffers out of compression', () => {
    const header = encode({ 'pickled-obj': bytes('4e2e'), compression: ['lz4', null], 'num-sub-frames': 2 })
    const zeros = new Uint8Array(1_000)
    expect(decodeMessage([encode([{ __Pickled__: 1 }]), header, encodeLz4Block(zeros), bytes('01')])).toEqual([
      new Pickled(bytes('4e2e'), [zeros, bytes('01')]),
    ])
  })

  test('stops at a limit for the buffers of all pickles', () => {
    const header = encode({ 'pickled-obj': bytes('4e2e'), compression: ['lz4'], 'num-sub-frames': 1 })
    const block = encodeLz4Block(new Uint8Array(600))
    const frames = [encode([{ __Pickled__: 1 }, { __Pickled__: 3 }]), header, block, header, block]
    expect(() => decodeMessage(frames, 1_000)).toThrow('600 bytes, where 400 are the limit')
    expect(decodeMessage(frames, 1_200)).toHaveLength(2)
  })

  test('says how much stands behind a value', () => {
    expect(() => decoded('01 01')).toThrow('1 bytes after a msgpack value')
  })

  test('keeps integers apart that are the same as text', () => {
    expect(decoded('82 01 a161 a131 a162')).toEqual(
      new Map<unknown, unknown>([
        [1, 'a'],
        ['1', 'b'],
      ]),
    )
  })

  test.each([
    ['of a record', '81 a95f5f70726f746f5f5f 81 a161 01'],
    ['of a Map', '82 01 02 a95f5f70726f746f5f5f 81 a161 01'],
  ])('refuses the key __proto__ %s', (_, frame) => {
    expect(() => decoded(frame)).toThrow(ClusterError)
    expect(({} as Record<string, unknown>).a).toBeUndefined()
  })

  test('sets no prototype by a key that says so in other bytes', () => {
    // The list ["__proto__"], which is a key of Python's as well.
    const map = decoded('81 91a95f5f70726f746f5f5f 81a16101') as Map<unknown, unknown>
    expect([...map]).toEqual([[['__proto__'], { a: 1 }]])
    expect(({} as Record<string, unknown>).a).toBeUndefined()
  })

  const claims = (count: number) => 'dd3fffffff'.repeat(count)
  test.each<[what: string, frames: readonly string[]]>([
    ['no frames', []],
    ['an empty frame', ['']],
    ['a value that ends early', ['92 01']],
    ['a text that ends early', ['a3 6161']],
    ['a length that ends early', ['da 00']],
    ['bytes that end early', ['c6 ffffffff 00']],
    ['something after the value', ['01 01']],
    ['a type that there is not', ['c1']],
    ['an extension', ['d6ff 00000000']],
    ['a list that claims too much', ['dd ffffffff']],
    ['a map that claims too much', ['df ffffffff c0']],
    ['many that do', [claims(1_000)]],
    ['what is too deep', [`${'91'.repeat(600)}c0`]],
    ['what is deeper than any stack', [`${'91'.repeat(1_000_000)}c0`]],
    ['a set without a list', ['81 a75f5f5365745f5f c3']],
    ['a member of an enum without a name', ['81 a85f5f456e756d5f5f c3']],
  ])('refuses %s', (_, frames) => {
    expect(() => decoded(...frames)).toThrow(ClusterError)
  })

  const reference = (offset: unknown, name = '__Serialized__') => encode([{ [name]: offset }])
  test.each<[what: string, frames: readonly Uint8Array[]]>([
    ['no frame', [reference(1)]],
    ['its own frame', [reference(0), NONE]],
    ['the frame that says so', [encode({ __Serialized__: 0, 'num-sub-frames': 0 })]],
    ['a frame before it', [reference(-1), NONE]],
    ['a part of a frame', [reference(1.5), NONE]],
    ['a text', [reference('1'), NONE]],
    ['nothing', [reference(null), NONE]],
    ['a bigint', [bytes('91 81ae5f5f53657269616c697a65645f5f cfffffffffffffffff'), NONE]],
    ['fewer frames than it has', [reference(1), bytes(HEADER)]],
    ['a header that is no map', [reference(1), encode(1)]],
    ['a header with keys of numbers', [reference(1), bytes('81 01 02')]],
    ['a header without a count', [reference(1), encode({})]],
    ['a negative count', [reference(1), encode({ 'num-sub-frames': -1 })]],
    ['a count beyond all bounds', [reference(1), encode({ 'num-sub-frames': 2 ** 53 - 1 })]],
    ['one header twice', [encode([{ __Serialized__: 1 }, { __Serialized__: 1 }]), NONE]],
    ['a frame of another value', [encode([{ __Serialized__: 1 }, { __Serialized__: 2 }]), encode({ 'num-sub-frames': 1 }), NONE]],
    ['a pickle that is none', [reference(1, '__Pickled__'), encode({ 'pickled-obj': 'x', 'num-sub-frames': 0 })]],
    ['a pickle without one', [reference(1, '__Pickled__'), NONE]],
  ])('refuses a value in %s', (_, frames) => {
    expect(() => decodeMessage(frames)).toThrow(ClusterError)
  })
})
