import { describe, expect, test } from 'vitest'
import { ClusterError, TaskValidationError } from '../../../src/core/errors.js'
import { readPickle } from '../../../src/dask/protocol/pickle-reader.js'
import { writePickle } from '../../../src/dask/protocol/pickle-writer.js'
import { PythonCall, PythonGlobal, PythonTuple } from '../../../src/dask/protocol/python.js'
import { EXPRESSION, expression, GRAPH, graph } from './graphs.js'
import { fromHex } from './hex.js'
import { PICKLES } from './pickles.js'

type Name = keyof typeof PICKLES

const read = (hex: string) => readPickle(fromHex(hex))
const tuple = (...items: readonly unknown[]) => new PythonTuple(items)
const call = (module: string, name: string, ...args: readonly unknown[]) => new PythonCall(new PythonGlobal(module, name), args)

/** The pickles of one value, in all protocols. */
function pickles(name: string): (readonly [string, Uint8Array])[] {
  const names = Object.keys(PICKLES).filter((each) => each.startsWith(`${name}/`)) as Name[]
  return names.map((each) => [each, fromHex(PICKLES[each])])
}

test('the graphs that schedulers took are read as what was written', () => {
  expect(read(GRAPH)).toEqual(graph())
  expect(read(EXPRESSION)).toEqual(expression())
})

describe('CPython writes, in each protocol,', () => {
  const nested = new Map<string, unknown>([
    ['a', [1, tuple(2, 3), new Map([['b', null]])]],
    ['t', tuple(tuple(), tuple(1), tuple(1, 2, 3, 4))],
    ['flags', [true, false]],
  ])
  const integers = [
    ...[0, 1, -1, 255, 256, 65_535, 65_536, -128, -129, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, -(2 ** 31) - 1],
    ...[2 ** 53 - 1, -(2 ** 53 - 1), 2n ** 53n, -(2n ** 53n), 2n ** 63n, -(2n ** 63n), 2n ** 64n, -(2n ** 64n)],
  ]
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i < 256 ? i : 0x78))

  test.each([
    ['nested', nested],
    [
      'tupleKey',
      new Map<unknown, unknown>([
        [tuple(1, 2), 'x'],
        [3, 'y'],
        [null, 'z'],
      ]),
    ],
    ['integers', integers],
    ['large', [2n ** 2100n, -(2n ** 2100n)]],
    ['floats', [0.5, 1, -0, Infinity, -Infinity, Number.NaN, 1e300, 5e-324]],
    ['texts', ['', 'é€😀', '\ufeffbom', '\ud800', 'a\udfffb', '\ude00\ud83d', 'x'.repeat(256)]],
    ['bytes', [new Uint8Array(0), Uint8Array.of(0, 255, 10), bytes]],
    ['bytearray', [new Uint8Array(0), Uint8Array.of(0x80, 0x61, 0x62)]],
    ['sets', [new Set(), new Set([1]), new Set(), new Set([2])]],
    ['datetime', call('datetime', 'datetime', Uint8Array.of(7, 232, 5, 6, 7, 8, 9, 0, 0, 0))],
    ['ordered', new PythonCall(new PythonGlobal('collections', 'OrderedDict'), [], { entries: new Map([['a', 1]]) })],
    ['deque', new PythonCall(new PythonGlobal('collections', 'deque'), [], { items: [1, 2] })],
    [
      'slots',
      new PythonCall(new PythonGlobal('shop', 'Slots'), [], {
        how: 'new',
        state: tuple(
          null,
          new Map<string, unknown>([
            ['a', 1],
            ['b', [2]],
          ]),
        ),
      }),
    ],
    ['keywords', new PythonCall(new PythonGlobal('shop', 'Ex'), [1], { kwargs: new Map([['k', 2]]) })],
    ['complex', call('builtins', 'complex', 1, 2)],
    ['global', call('builtins', 'getattr', new PythonGlobal('collections', 'OrderedDict'), 'fromkeys')],
    ['many', new Array(1_001).fill(null)],
  ])('%s', (name, value) => {
    expect(pickles(name)).not.toEqual([])
    for (const [which, pickle] of pickles(name)) expect(readPickle(pickle), which).toEqual(value)
  })

  test('an exception, with the fields that it was given', () => {
    for (const [which, pickle] of pickles('error')) {
      const module = which === 'error/2' ? 'exceptions' : 'builtins'
      const error = new PythonCall(new PythonGlobal(module, 'KeyError'), ['k'], { state: new Map([['code', 7]]) })
      expect(readPickle(pickle), which).toEqual(error)
      expect(String(readPickle(pickle))).toBe(`${module}.KeyError("k")`)
    }
  })

  test('an instance of a class, which holds itself', () => {
    for (const [which, pickle] of pickles('instance')) {
      const instance = readPickle(pickle) as PythonCall
      expect(instance, which).toMatchObject({ callable: new PythonGlobal('shop', 'Plain'), how: 'new', args: tuple() })
      expect((instance.state as Map<string, unknown>).get('self')).toBe(instance)
    }
  })

  test('one object in many places', () => {
    for (const [which, pickle] of pickles('shared')) {
      const [first, second, third] = readPickle(pickle) as [unknown, unknown, PythonTuple]
      expect(first, which).toEqual(['s'])
      expect(second).toBe(first)
      expect(third.items[0]).toBe(first)
    }
  })

  test('a list, a dict and a tuple that hold themselves', () => {
    for (const [, pickle] of pickles('cyclicList')) {
      const list = readPickle(pickle) as unknown[]
      expect(list[1]).toBe(list)
    }
    for (const [, pickle] of pickles('cyclicDict')) {
      const dict = readPickle(pickle) as Map<string, unknown>
      expect(dict.get('me')).toBe(dict)
    }
    for (const [, pickle] of pickles('cyclicTuple')) {
      const { items } = readPickle(pickle) as PythonTuple
      expect((items[0] as [PythonTuple])[0].items[0]).toBe(items[0])
    }
  })
})

test('what cloudpickle writes of a function is a call that nobody makes', () => {
  expect(String(read(PICKLES['cloudpickle/5']))).toBe('cloudpickle.cloudpickle._make_function(…, None, None, …)')
})

test('nothing is found by its name or called, whatever that is', () => {
  // What would run `os.system('true')` in Python.
  expect(read('80048c026f738c0673797374656d938c047472756585522e')).toEqual(call('os', 'system', 'true'))
})

test('buffers beside the pickle are handed on as they are', () => {
  const buffers = [Uint8Array.of(1), Uint8Array.of(2)]
  const value = readPickle(fromHex(PICKLES['buffers/5']), buffers) as unknown[]
  expect(value[0]).toBe(buffers[0])
  expect(value[1]).toBe(buffers[1])
})

test('bytes in the pickle are copies, of a Buffer as well', () => {
  const pickle = Buffer.from(writePickle(new Uint8Array(1_000)))
  const bytes = readPickle(pickle) as Uint8Array
  pickle.fill(7)
  expect(bytes).toEqual(new Uint8Array(1_000))
  expect(bytes.buffer.byteLength).toBe(1_000)
})

test('what comes after the end is not looked at', () => expect(read('80044e2effff')).toBeNull())

test.each([
  ['list', '8004284b014b026c2e', [1, 2]],
  ['dict', '8004284b014b02642e', new Map([[1, 2]])],
  ['append', '80045d4b01612e', [1]],
  ['set item', '80047d4b014b02732e', new Map([[1, 2]])],
  ['duplicate', '8004 4b01 32 86 2e', tuple(1, 1)],
  ['pop', '80044e4b01302e', null],
  ['pop of a mark', '80044e28302e', null],
  ['pop to a mark', '80044e284b014b02312e', null],
  ['memo by index', '80045d7207000000306a070000002e', []],
  ['a later memo by index', '80044b0171054b0271053068052e', 2],
  ['long text and bytes', '8004 8d0100000000000000 61 8e0100000000000000 62 86 2e', tuple('a', Uint8Array.of(0x62))],
  ['integers of no bytes', '80048a008b00000000862e', tuple(0, 0)],
  ['integers with needless bytes', '80048a090100000000000000008a0affffffffffffffffffff862e', tuple(1, -1)],
])('the instruction: %s', (_, hex, value) => expect(read(hex)).toEqual(value))

test.each([
  ['bytearray of a length', '80048c086275696c74696e738c09627974656172726179934b0a85522e', call('builtins', 'bytearray', 10)],
  ['set of a text', '8004 8c086275696c74696e73 8c03736574 93 8c0161 85 52 2e', call('builtins', 'set', 'a')],
  [
    'a text that is not Latin-1',
    '80028c075f636f646563738c06656e636f6465938c03e282ac8c066c6174696e3186522e',
    call('_codecs', 'encode', '€', 'latin1'),
  ],
])('a known function with unknown arguments stays a call: %s', (_, hex, value) => expect(read(hex)).toEqual(value))

describe('refused, with the byte at which it went wrong:', () => {
  test.each([
    ['nothing', '', 'it needs 1 more bytes and has 0, at byte 0 of 0'],
    ['no end', '80044e', 'it needs 1 more bytes and has 0, at byte 3 of 3'],
    ['no value', '80042e', 'a value is missing, at byte 2 of 3'],
    ['a mark for a value', '8004282e', 'a value is missing, at byte 3 of 4'],
    ['an unknown instruction', '8004ff2e', '0xff is no known instruction, at byte 2 of 4'],
    ['a persistent id', '80044e512e', '0x51 is no known instruction, at byte 3 of 5'],
    ['an extension', '800482012e', '0x82 is no known instruction, at byte 2 of 5'],
    ['a protocol to come', '80064e2e', 'its protocol is 6, and 5 is the last that is known, at byte 0 of 4'],
    [
      'a frame that is cut off',
      '800495ffffffffffffffff4e2e',
      'it needs 18446744073709552000 more bytes and has 2, at byte 2 of 13',
    ],
    ['a text that is cut off', '800458ffffffff612e', 'it needs 4294967295 more bytes and has 2, at byte 2 of 9'],
    ['bytes that are cut off', '80048effffffffff000000612e', 'it needs 1099511627775 more bytes and has 2, at byte 2 of 13'],
    ['an integer that is cut off', '80048bffffff7f2e', 'it needs 2147483647 more bytes and has 1, at byte 2 of 8'],
    ['an integer of a negative length', '80048bffffffff2e', 'a length is -1, at byte 2 of 8'],
    ['a float that is cut off', '8004472e', 'it needs 8 more bytes and has 1, at byte 2 of 4'],
    ['a line that does not end', '8002636f732e', 'a line does not end, at byte 2 of 6'],
    ['a text that is none', '80048c01ff2e', 'a text of 1 bytes is not UTF-8, or more than this runtime can hold, at byte 2 of 6'],
    ['a text with half a half', '80048c02eda02e', 'a text of 2 bytes is not UTF-8'],
    ['a text that is too long for its character', '80048c02c0802e', 'a text of 2 bytes is not UTF-8'],
    ['a value that the memo has not', '800468002e', 'value 0 of its memo is missing, at byte 2 of 5'],
    ['nothing to remember', '8004942e', 'a value is missing, at byte 2 of 4'],
    ['no mark', '80044e742e', 'there is no mark, at byte 3 of 5'],
    ['what is below the mark', '80044e28852e', 'a value is missing, at byte 4 of 6'],
    ['a list as a key', '80047d5d4e732e', 'a list or a dict is unhashable, and can be no key, at byte 5 of 7'],
    ['a dict in a set', '80048f287d902e', 'a list or a dict is unhashable'],
    ['a key without a value', '80047d284e752e', 'a key has no value, at byte 5 of 7'],
    ['an entry of no dict', '80044e4e4e732e', 'an entry is set on what is no dict'],
    ['an item of no list', '80044e4e612e', 'something is appended to what is no list'],
    ['an item of no set', '80044e284e902e', 'something is added to what is no set'],
    ['a state of no object', '80045d4e622e', 'a state is set on what has none'],
    ['a global without a name', '80044e4e932e', 'the name of a global is no text'],
    ['arguments that are no tuple', '80044e4e522e', 'the arguments of a call are no tuple'],
    ['keywords that are no dict', '80044e294e922e', 'the keyword arguments of a call are no dict'],
    ['a buffer that is not there', '8005972e', 'a buffer that should be beside it is missing'],
    ['a buffer that is none', '80054e982e', 'what is to be read only is no buffer'],
  ])('%s', (_, hex, message) => {
    expect(() => read(hex)).toThrow(`This pickle cannot be read: ${message}`)
    expect(() => read(hex)).toThrow(ClusterError)
  })
})

describe('limits', () => {
  test.each([
    ['bytes', { bytes: 3 }, '80044e2e', 'it may have 3 bytes'],
    ['values that wait', { stack: 2 }, '80044e4e4e872e', 'more than 2 values wait for others'],
    ['marks, which wait as well', { stack: 2 }, '80042828282e', 'more than 2 values wait for others'],
    ['values that are remembered', { memo: 1 }, '8004 4e 94 7101 2e', 'it refers to more than 1 values'],
    ['objects', { objects: 1 }, '80045d5d302e', 'it makes more than 1 objects'],
    ['entries of a dict', { objects: 2 }, '80047d284e4e4b014e752e', 'it makes more than 2 objects'],
    ['items of a set', { objects: 2 }, '80048f284e4b01902e', 'it makes more than 2 objects'],
    ['levels', { nesting: 2 }, '80045d5d5d61612e', 'its objects are nested more than 2 deep'],
    ['levels of tuples', { nesting: 2 }, '8004 29 85 85 2e', 'its objects are nested more than 2 deep'],
    ['levels of calls', { nesting: 2 }, '8002636d0a6e0a5d85522e', 'its objects are nested more than 2 deep'],
  ])('are kept of %s', (_, limits, hex, message) => {
    expect(() => readPickle(fromHex(hex), [], limits)).toThrow(message)
    expect(() => readPickle(fromHex(hex), [], limits)).toThrow(ClusterError)
  })

  test.each([
    ['a list in itself', '8004 5d 94 6800 61 2e', 1],
    ['a list that is in two places', '8004 5d 5d 94 61 6800 61 2e', 2],
  ])('are not touched by %s', (_, hex, nesting) => {
    expect(() => readPickle(fromHex(hex), [], { nesting })).not.toThrow()
  })

  test('are kept of what gets deep after it was put in its place', () => {
    // Each new list is remembered, put into the one before, and then recalled to get the next.
    const lists = Array.from({ length: 100 }, (_, i) => `5d 94 61 68${(i + 1).toString(16).padStart(2, '0')}`)
    const pickle = fromHex(`8004 5d 94 6800 ${lists.join('')} 6800 2e`)
    expect(() => readPickle(pickle, [], { nesting: 101 })).not.toThrow()
    expect(() => readPickle(pickle, [], { nesting: 100 })).toThrow('nested more than 100 deep')
  })

  test('are kept of a million lists in each other, without a recursion', () => {
    const pickle = fromHex(`8004${'5d'.repeat(1e6)}${'61'.repeat(1e6 - 1)}2e`)
    expect(() => readPickle(pickle)).toThrow('its objects are nested more than 1000 deep')
  })
})

describe('few bytes do not become many:', () => {
  test('one object in exponentially many places takes no time to look at', () => {
    // Each tuple holds the one before it twice.
    expect(readPickle(fromHex(`800429${'3286'.repeat(900)}2e`))).toBeInstanceOf(PythonTuple)
  })

  test('the arguments of many calls may be one tuple', () => {
    const [nones, calls] = ['4e'.repeat(20_000), '6800 6801 52'.repeat(20_000)]
    const list = read(`8002 636d0a6e0a 94 30 28 ${nones} 74 94 30 5d 28 ${calls} 65 2e`) as PythonCall[]
    expect(list[0]?.args).toBe(list.at(-1)?.args)
  })

  test('a text is not encoded again and again', () => {
    const text = `58e8030000 ${'61'.repeat(1_000)}`
    const encode = '8c075f636f64656373 8c06656e636f6465 93'
    const calls = '6800 6801 8c066c6174696e31 86 52'.repeat(3)
    const pickle = `8004 ${encode} 94 30 ${text} 94 30 28 ${calls} 6c 2e`
    expect(() => read(pickle)).toThrow('its calls make more bytes than it has')
  })

  test('a list does not become sets again and again', () => {
    const list = `5d 94 28 ${'4e'.repeat(1_000)} 65`
    const pickle = `8004 ${list} 30 8c086275696c74696e73 8c03736574 93 94 30 28 ${'6801 6800 85 52'.repeat(3)} 6c 2e`
    expect(() => readPickle(fromHex(pickle), [], { objects: 2_500 })).toThrow('it makes more than 2500 objects')
  })
})

/** Numbers from 0 to below the bound: xorshift, from one seed. */
function dice(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % bound
  }
}

function mutate(pickle: Uint8Array, other: Uint8Array, roll: (bound: number) => number): Uint8Array {
  const at = roll(pickle.length)
  const length = roll(8)
  const head = [...pickle.subarray(0, at)]
  switch (roll(6)) {
    case 0:
      return Uint8Array.from([...head, roll(256), ...pickle.subarray(at + 1)])
    case 1:
      return Uint8Array.from([...head, ...pickle.subarray(at + length)])
    case 2:
      return Uint8Array.from([...head, ...pickle.subarray(at, at + length), ...pickle.subarray(at)])
    case 3:
      return Uint8Array.from([...head, ...other.subarray(roll(other.length))])
    case 4:
      return pickle.slice(0, at)
    default:
      return Uint8Array.from([...head, ...Array.from({ length }, () => roll(256)), ...pickle.subarray(at + length)])
  }
}

test('100,000 pickles that were tampered with give a value or the one error', () => {
  const roll = dice(20_250_101)
  const corpus = [...Object.values(PICKLES), GRAPH, EXPRESSION].map(fromHex)
  const any = () => corpus[roll(corpus.length)] as Uint8Array
  const outcomes = { value: 0, error: 0, written: 0 }
  for (let i = 0; i < 100_000; i++) {
    let pickle = mutate(any(), any(), roll)
    if (pickle.length > 0 && roll(3) === 0) pickle = mutate(pickle, any(), roll)
    let value: unknown
    try {
      value = readPickle(pickle, [new Uint8Array(3)])
      outcomes.value++
    } catch (error) {
      if (!(error instanceof ClusterError)) throw new Error(Buffer.from(pickle).toString('hex'), { cause: error })
      outcomes.error++
      continue
    }
    if (i % 4 !== 0) continue
    try {
      writePickle(value)
      outcomes.written++
    } catch (error) {
      if (!(error instanceof TaskValidationError)) throw new Error(Buffer.from(pickle).toString('hex'), { cause: error })
    }
  }
  // Else it would try nothing but the first bytes, or nothing that is wrong.
  expect(outcomes.value).toBeGreaterThan(10_000)
  expect(outcomes.error).toBeGreaterThan(10_000)
  expect(outcomes.written).toBeGreaterThan(1_000)
})
