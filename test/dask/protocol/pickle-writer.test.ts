import { describe, expect, test } from 'vitest'
import { TaskValidationError } from '../../../src/core/errors.js'
import { transfer } from '../../../src/core/transfer.js'
import { readPickle } from '../../../src/dask/protocol/pickle-reader.js'
import { writePickle } from '../../../src/dask/protocol/pickle-writer.js'
import { PythonCall, PythonFloat, PythonGlobal, PythonTuple } from '../../../src/dask/protocol/python.js'
import { EXPRESSION, expression, GRAPH, graph } from './graphs.js'
import { toHex } from './hex.js'

/** Without the protocol at its front and the stop at its end. */
const written = (value: unknown) => toHex(writePickle(value)).replace(/^8004(.*)2e$/, '$1')
const back = (value: unknown) => readPickle(writePickle(value))
const thing = new PythonGlobal('m', 'n')
// `m.n`, which is the first thing to be remembered.
const THING = '8c016d8c016e9394'

test('the graph of a scheduler of 2024.12 is written as it took it', () => {
  expect(toHex(writePickle(graph()))).toBe(GRAPH)
})

test('the expression of a scheduler of 2026 is written as it took it', () => {
  expect(toHex(writePickle(expression()))).toBe(EXPRESSION)
})

// Each of these was given to CPython 3.11, which answered the same value.
describe('the bytes of', () => {
  test.each([
    ['undefined', undefined, '4e'],
    ['null', null, '4e'],
    ['true', true, '88'],
    ['false', false, '89'],
    ['0', 0, '4b00'],
    ['255', 255, '4bff'],
    ['256', 256, '4d0001'],
    ['65535', 65_535, '4dffff'],
    ['65536', 65_536, '4a00000100'],
    ['-1', -1, '4affffffff'],
    ['-(2 ** 31)', -(2 ** 31), '4a00000080'],
    ['2 ** 31', 2 ** 31, '8a050000008000'],
    ['-(2 ** 31) - 1', -(2 ** 31) - 1, '8a05ffffff7fff'],
    ['the last safe integer', Number.MAX_SAFE_INTEGER, '8a07ffffffffffff1f'],
    ['a number above it', 2 ** 53, '474340000000000000'],
    ['-0', -0, '478000000000000000'],
    ['0.5', 0.5, '473fe0000000000000'],
    ['NaN', Number.NaN, '477ff8000000000000'],
    ['-Infinity', -Infinity, '47fff0000000000000'],
    ['a whole float', new PythonFloat(1), '473ff0000000000000'],
    ['0n', 0n, '4b00'],
    ['-1n', -1n, '4affffffff'],
    ['2n ** 63n', 2n ** 63n, '8a09000000000000008000'],
    ['-(2n ** 63n)', -(2n ** 63n), '8a080000000000000080'],
    ['a bigint of 256 bytes', 2n ** 2040n, `8b00010000${'00'.repeat(255)}01`],
    ['a text', 'é', '8c02c3a9'],
    ['a text of 256 bytes', 'x'.repeat(256), `5800010000${'78'.repeat(256)}`],
    ['a byte order mark', '\ufeff', '8c03efbbbf'],
    ['half a pair', 'a\ud800b', '8c0561eda08062'],
    ['the other half beside a pair', '\udfff😀', '8c07edbfbff09f9880'],
    ['bytes', new Uint8Array([0, 255]), '430200ff'],
    ['256 bytes', new Uint8Array(256), `4200010000${'00'.repeat(256)}`],
    ['a Buffer', Buffer.from('ab'), '43026162'],
    ['a list', [1, null], '5d284b014e65'],
    ['an empty list', [], '5d'],
    ['a list with holes', new Array(2), '5d284e4e65'],
    ['a tuple of none', new PythonTuple([]), '29'],
    ['a tuple of one', new PythonTuple([1]), '4b0185'],
    ['a tuple of three', new PythonTuple([1, 2, 3]), '4b014b024b0387'],
    ['a tuple of four', new PythonTuple([1, 2, 3, 4]), '284b014b024b034b0474'],
    ['a record', { a: 1, b: undefined }, '7d288c01614b018c01624e75'],
    [
      'a Map',
      new Map<unknown, unknown>([
        [1, 'x'],
        [new PythonTuple([]), null],
      ]),
      '7d284b018c0178294e75',
    ],
    ['an empty record', {}, '7d'],
    ['a Set', new Set([1]), '8f284b0190'],
    ['a global', thing, THING],
    ['a call', new PythonCall(thing, [1]), `${THING}4b018552`],
    ['a new instance', new PythonCall(thing, [], { how: 'new' }), `${THING}2981`],
    ['one with keywords', new PythonCall(thing, [], { kwargs: new Map([['k', 1]]) }), `${THING}297d288c016b4b017592`],
    ['one with a state', new PythonCall(thing, [], { state: null }), `${THING}29524e62`],
    ['one with items', new PythonCall(thing, [], { items: [1] }), `${THING}2952284b0165`],
    ['one with entries', new PythonCall(thing, [], { entries: new Map([[1, 2]]) }), `${THING}2952284b014b0275`],
  ])('%s', (_, value, hex) => expect(written(value)).toBe(hex))
})

describe('what is in many places', () => {
  test('is written once', () => {
    const list = [1]
    expect(written([list, list])).toBe('5d285d94284b0165680065')
  })

  test.each([
    ['a record', { a: 1 }],
    ['a Map', new Map([['a', 1]])],
    ['a Set', new Set([1])],
    ['bytes', new Uint8Array(8)],
    ['a tuple', new PythonTuple([1, 2])],
    ['a call', new PythonCall(thing, [1])],
  ])('is one object again: %s', (_, shared) => {
    const [first, second] = back([shared, [shared]]) as [unknown, [unknown]]
    expect(second[0]).toBe(first)
  })

  test('may be one global by two nodes', () => {
    expect(written([thing, new PythonGlobal('m', 'n')])).toBe(`5d28${THING}680065`)
  })

  test('is not a global that has the same letters', () => {
    const globals = [
      new PythonGlobal('a', 'b.c'),
      new PythonGlobal('a.b', 'c'),
      new PythonGlobal('a b', 'c'),
      new PythonGlobal('a', 'b c'),
    ]
    expect(back(globals)).toEqual(globals)
  })

  test('is found where there are more than fit into a byte', () => {
    const lists = Array.from({ length: 300 }, (_, i) => [i])
    const [first, second] = back([lists, [...lists]]) as [unknown[], unknown[]]
    expect(second.every((list, i) => list === first[i])).toBe(true)
  })
})

describe('what holds itself', () => {
  test('comes back so: a list', () => {
    const list: unknown[] = []
    list.push(list)
    const read = back(list) as unknown[]
    expect(read[0]).toBe(read)
  })

  test('comes back so: a record, a Map', () => {
    const record: Record<string, unknown> = {}
    const map = new Map<unknown, unknown>([['record', record]])
    record.map = map
    const read = back(record) as Map<string, Map<string, unknown>>
    expect(read.get('map')?.get('record')).toBe(read)
  })

  test('comes back so: an object with itself in its state, its items and its entries', () => {
    const call = new PythonCall(thing, [])
    call.items = [call]
    call.entries = new Map([['me', call]])
    call.state = call
    const read = back(call) as PythonCall
    expect([read.items?.[0], read.entries?.get('me'), read.state]).toEqual([read, read, read])
  })

  test('is refused where Python could not make it: a tuple', () => {
    const list: unknown[] = []
    const tuple = new PythonTuple([list])
    list.push(tuple)
    expect(() => writePickle(tuple, 'args')).toThrow(/^args\[0\]\[0\] is a tuple or a call that is needed to make itself/)
  })

  test('is refused where Python could not make it: an argument', () => {
    const args: unknown[] = [{}]
    const call = new PythonCall(thing, args)
    args[0] = { call }
    expect(() => writePickle(call)).toThrow(/^value\.args\[0\]\.call is a tuple or a call/)
  })
})

class Account {
  balance = 1
}

describe('what Python has nothing for is refused by its place', () => {
  const throwing = {
    get broken(): number {
      throw new Error('no')
    },
  }
  test.each([
    [[{ x: Math.max }], 'args[0].x', "the function 'max'"],
    [() => 1, 'args', 'a function'],
    [{ 'odd key': Symbol('s') }, 'args["odd key"]', 'a symbol'],
    [new Map([['k', new Date()]]), 'args.get("k")', 'of type Date'],
    [new Map([[1, /r/]]), 'args.values()[0]', 'of type RegExp'],
    [new Map([[new Date(), 1]]), 'args.keys()[0]', 'of type Date'],
    [new Set([1, Promise.resolve()]), 'args.values()[1]', 'of type Promise'],
    [[new Account()], 'args[0]', 'of type Account'],
    [[new Error('x')], 'args[0]', 'of type Error'],
    [[new Float64Array(1)], 'args[0]', 'of type Float64Array'],
    [[new ArrayBuffer(1)], 'args[0]', 'of type ArrayBuffer'],
    [{ image: transfer({}, []) }, 'args.image', 'marked by transfer(), which goes around a whole argument or result only,'],
    [new PythonTuple([1, Math.max]), 'args[1]', "the function 'max'"],
    [new PythonCall(thing, [Math.max]), 'args.args[0]', "the function 'max'"],
    [new PythonCall(thing, [], { state: { a: Math.max } }), 'args.state.a', "the function 'max'"],
    [new PythonCall(thing, [], { items: [Math.max] }), 'args.items[0]', "the function 'max'"],
    [new PythonCall(thing, [], { entries: new Map([['k', Math.max]]) }), 'args.entries.get("k")', "the function 'max'"],
    [new Map([[[1], 1]]), 'args.keys()[0]', 'a list, a dict or a set, which is no key and in no set,'],
    [new Set([{}]), 'args.values()[0]', 'a list, a dict or a set, which is no key and in no set,'],
    [{ throwing }, 'args.throwing.broken', 'unreadable (no)'],
  ])('%#', (value, path, what) => {
    const refused = expect.objectContaining({ path, message: `${path} is ${what} and cannot be sent to Python` })
    expect(() => writePickle(value, 'args')).toThrow(refused)
    expect(() => writePickle(value, 'args')).toThrow(TaskValidationError)
  })

  test('a buffer that was moved away', () => {
    const bytes = new Uint8Array(8)
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
    expect(() => writePickle([bytes])).toThrow('value[0] is a buffer that was moved away before')
  })

  test('more bytes than fit into one value', () => {
    const bytes = Object.defineProperty(new Uint8Array(1), 'length', { value: 2 ** 32 })
    expect(() => writePickle({ bytes })).toThrow('value.bytes is of 4294967296 bytes, more than the 4294967295')
  })

  test('a proxy that throws at every touch', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(() => writePickle([proxy])).toThrow(TaskValidationError)
  })
})

function nested(levels: number): unknown {
  let value: unknown = []
  for (let i = 1; i < levels; i++) value = i % 2 === 0 ? [value] : { value }
  return value
}

test('what is nested as deep as a reader takes it is written', () => {
  expect(() => back(nested(1_000))).not.toThrow()
})

test.each([1_001, 200_000])('what is nested %d deep is refused, by a path of bounded length', (levels) => {
  let thrown: unknown
  try {
    writePickle(nested(levels))
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(TaskValidationError)
  expect((thrown as Error).message).toContain('nested more than 1000 deep')
  expect((thrown as Error).message.length).toBeLessThan(300)
})

test('large collections are written in the batches of Python', () => {
  const nones = '4e'.repeat(1_000)
  expect(written(new Array(1_001).fill(null))).toBe(`5d28${nones}65284e65`)
})

test('each pickle has a buffer of its own, of its own size', () => {
  const bytes = writePickle([1, 'x'.repeat(1_000), new Uint8Array(100_000), 2])
  expect(bytes.byteLength).toBe(bytes.buffer.byteLength)
  expect(readPickle(bytes)).toEqual([1, 'x'.repeat(1_000), new Uint8Array(100_000), 2])
})

test('small values one after the other fill buffer after buffer', () => {
  const values = Array.from({ length: 2_000 }, (_, i) => (i % 3 === 0 ? `${i}` : i % 3 === 1 ? i / 7 : new Uint8Array(i % 300)))
  expect(back(values)).toEqual(values)
})

describe('large bytes go beside the pickle, where there are buffers for them,', () => {
  const LARGE = 2 ** 20
  const large = new Uint8Array(LARGE).fill(7)

  test('without a copy, and are bytes to Python', () => {
    const buffers: Uint8Array[] = []
    const pickle = writePickle({ a: large, b: [large] }, 'value', buffers)
    expect(buffers).toHaveLength(1)
    expect(buffers[0]).toBe(large)
    // bytes(next buffer), which is remembered: as CPython 3.11 reads it.
    expect(toHex(pickle)).toBe('80057d288c01618c086275696c74696e738c0562797465739394978552948c01625d28680165752e')
    const read = readPickle(pickle, buffers) as Map<string, unknown>
    expect(read.get('a')).toBe(large)
    expect((read.get('b') as unknown[])[0]).toBe(large)
  })

  test.each([
    ['smaller ones', large.subarray(1).slice()],
    ['a part of a buffer', new Uint8Array(LARGE + 1).subarray(1)],
  ])('but not %s', (_, bytes) => {
    const buffers: Uint8Array[] = []
    const read = readPickle(writePickle(bytes, 'value', buffers)) as Uint8Array
    // To compare them one by one takes seconds.
    expect(Buffer.compare(read, bytes)).toBe(0)
    expect(buffers).toEqual([])
  })
})

test('what is written while another pickle is does not get into it', () => {
  const inner: Uint8Array[] = []
  const value = {
    get a() {
      inner.push(writePickle('inner'))
      return 'outer'
    },
  }
  expect(readPickle(writePickle(value))).toEqual(new Map([['a', 'outer']]))
  expect(readPickle(inner[0] as Uint8Array)).toBe('inner')
})
