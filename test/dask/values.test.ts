import { describe, expect, test } from 'vitest'
import { Serialized } from '../../src/dask/protocol/message.js'
import { writePickle } from '../../src/dask/protocol/pickle-writer.js'
import { PythonCall, PythonGlobal, PythonTuple } from '../../src/dask/protocol/python.js'
import {
  decodeError,
  decodePickle,
  decodeValue,
  encodeValue,
  serializeError,
  serializeResult,
} from '../../src/dask/values/values.js'

const cyclic: Record<string, unknown> = { name: 'loop' }
cyclic.self = cyclic

function nested(depth: number): unknown {
  let deep: unknown = null
  for (let i = 0; i < depth; i++) deep = { deep }
  return deep
}

const VALUES: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  'undefined in a record': { a: undefined, b: null },
  'a small bigint': 5n,
  'the bigint 0': 0n,
  'a large bigint': -(2n ** 200n),
  'a whole number beyond what is safe': 2 ** 60,
  '-0': -0,
  'a lone surrogate': 'a\ud800b',
  bytes: new Uint8Array([1, 2]),
  'an ArrayBuffer': new Uint8Array([1, 2]).buffer,
  'numbers of 8 bytes': new Float64Array([1.5, Number.NaN]),
  'clamped bytes': new Uint8ClampedArray([1, 255]),
  bigints: new BigUint64Array([2n ** 64n - 1n]),
  'a Map with texts as keys': new Map([['a', 1]]),
  'a Set of objects': new Set([{ a: 1 }, [1], new Map([[1, 2]])]),
  'a Map with objects as keys': new Map([[{ a: 1 }, new Set([1])]]),
  'a date': new Date('2026-11-23T13:00:00.123Z'),
  'a date that Python does not know': new Date(8.64e15),
  'no date': new Date(Number.NaN),
  'a pattern': /a\/b/gi,
  'boxed primitives': [Object(1), Object('text')],
  'a cyclic record': cyclic,
  'a record with the key __proto__': JSON.parse('{"__proto__": {"polluted": true}}'),
}

describe('a value of JavaScript comes back from what Python reads:', () => {
  test.each(Object.entries(VALUES))('%s', (_, value) => {
    expect(decodePickle(encodeValue(value))).toEqual(value)
  })

  test('one object in two places', () => {
    const shared = { a: 1 }
    const [one, other] = decodePickle(encodeValue([shared, shared])) as readonly unknown[]
    expect(one).toBe(other)
  })

  test('an error, with its class and its fields', () => {
    const error = decodePickle(encodeValue(Object.assign(new RangeError('far'), { code: 'E', at: [1] })))
    expect(error).toBeInstanceOf(RangeError)
    expect(error).toMatchObject({ message: 'far', code: 'E', at: [1] })
  })
})

describe('what cannot go to another machine is refused, and named:', () => {
  test.each([
    ['a function', { deep: [() => 1] }, 'result.deep[0]'],
    ['a symbol', [Symbol('s')], 'result[0]'],
    ['a promise', { later: Promise.resolve() }, 'result.later'],
    ['a WeakMap', new WeakMap(), 'result'],
    ['what is nested too deep', nested(20_000), 'result'],
    ['a proxy of what it is not', new Proxy(new Map(), {}), 'result'],
    ['a getter that throws', Object.defineProperty({}, 'late', { enumerable: true, get: () => JSON.parse('x') }), 'result.late'],
  ])('%s', (_, value, path) => {
    expect(() => encodeValue(value)).toThrow(expect.objectContaining({ code: 'ERR_TASK_VALIDATION', path }))
  })
})

describe('what Python says is read:', () => {
  test('tuples and lists are arrays, dicts records or Maps', () => {
    const data = new PythonTuple([[1, new PythonTuple([2])], new Map([['a', 1]]), new Map([[1, 'a']])])
    expect(decodePickle(writePickle(data))).toEqual([[1, [2]], { a: 1 }, new Map([[1, 'a']])])
  })

  test('an array', () => {
    const made = new PythonGlobal('array', '_array_reconstructor')
    const bytes = new Uint8Array(new Int16Array([1, -2]).buffer)
    const call = new PythonCall(made, [new PythonGlobal('array', 'array'), 'h', 4, bytes])
    expect(decodePickle(writePickle(call))).toEqual(new Int16Array([1, -2]))
  })

  test('a date with a zone of its own', () => {
    const call = (name: string, ...args: unknown[]) => new PythonCall(new PythonGlobal('datetime', name), args)
    const zone = call('timezone', call('timedelta', 0, 7_200, 0))
    const date = call('datetime', new Uint8Array([7, 228, 1, 1, 0, 0, 0, 0, 0, 0]), zone)
    expect(decodePickle(writePickle(date))).toEqual(new Date('2019-12-31T22:00:00Z'))
  })

  test('a row of numpy, and no table', () => {
    const bytes = new Uint8Array(new Float32Array([1, 2]).buffer)
    const sent = (shape: readonly number[], strides: readonly number[]) => {
      const header = { serializer: 'dask', type: 'numpy.ndarray', 'sub-header': { dtype: [0, '<f4'], shape, strides } }
      return decodeValue(new Serialized(header, [bytes]))
    }
    expect(sent([2], [4])).toEqual(new Float32Array([1, 2]))
    expect(String(sent([1, 2], [8, 4]))).toBe('numpy.ndarray')
  })

  test('what there is no value for says what it is', () => {
    const value = decodePickle(writePickle(new PythonCall(new PythonGlobal('decimal', 'Decimal'), ['1.5'])))
    expect(String(value)).toBe('decimal.Decimal("1.5")')
  })
})

describe('what a task failed with', () => {
  test('is the error of JavaScript that it was', () => {
    const error = decodeError('task.1', serializeError(new TypeError('no')))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ message: 'no' })
  })

  test('is described, where it is one of Python', () => {
    const division = new PythonCall(new PythonGlobal('builtins', 'ZeroDivisionError'), ['division by zero'])
    const said = new Serialized({ serializer: 'pickle' }, [writePickle(division)])
    expect(decodeError('task.1', said)).toMatchObject({
      uid: 'task.1',
      message: `Task 'task.1' failed in Python: builtins.ZeroDivisionError("division by zero")`,
    })
  })

  test('is described, where Python added how to put it together', () => {
    const put = new PythonGlobal('tblib.pickling_support', 'unpickle_exception')
    const made = [new PythonGlobal('builtins', 'KeyError'), new PythonTuple(['k']), null, null]
    const said = new Serialized({ serializer: 'pickle' }, [writePickle(new PythonCall(put, made))])
    expect(decodeError('task.1', said)).toMatchObject({ message: `Task 'task.1' failed in Python: builtins.KeyError("k")` })
  })

  test('is told by its text, where it holds what cannot be sent', () => {
    const error = Object.assign(new RangeError('far'), { data: new SharedArrayBuffer(8) })
    expect(decodeError('task.1', serializeError(error))).toMatchObject({ name: 'RangeError', message: 'far' })
  })

  test('is a KilledWorkerError, where the scheduler takes it for the cause', () => {
    const killed = new PythonCall(new PythonGlobal('distributed.scheduler', 'KilledWorker'), ['task.1', null, 3])
    expect(decodeError('task.1', writePickle(killed))).toMatchObject({ code: 'ERR_KILLED_WORKER', uid: 'task.1' })
  })

  test('says so where it cannot be read', () => {
    const said = new Serialized({ serializer: 'pickle' }, [new Uint8Array([1, 2, 3])])
    expect(decodeError('task.1', said)).toMatchObject({ code: 'ERR_CLUSTER', uid: 'task.1' })
  })
})

test('large bytes of a result go beside its pickle, and each is said to be read-only, as newer versions of Dask want it', () => {
  const value = { one: new Uint8Array(2_000_000).fill(1), other: new Float64Array(250_000).fill(2) }
  const serialized = serializeResult(value)
  expect(serialized.frames).toHaveLength(3)
  expect(serialized.header.writeable).toEqual([false, false])
  const { one, other } = decodeValue(serialized) as typeof value
  expect([one.length, one[1_999_999], other.length, other[249_999]]).toEqual([2_000_000, 1, 250_000, 2])
})
