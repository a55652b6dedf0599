import { describe, expect, test } from 'vitest'
import { ALONE, snapshot } from '../../src/wire/snapshot.js'

describe('snapshot', () => {
  test.each([undefined, null, true, -0, 1.5, 2n, '', 'text'])('a primitive is itself: %s', (value) => {
    expect(snapshot(value)).toBe(value)
  })

  test('a plain value is copied, all the way', () => {
    const value = { a: [1, { b: undefined }], c: null }
    const copy = snapshot(value) as typeof value
    expect(copy).toEqual(value)
    expect(copy).not.toBe(value)
    expect(copy.a[1]).not.toBe(value.a[1])
  })

  test('a record without a prototype is copied too', () => {
    expect(snapshot(Object.assign(Object.create(null), { a: 1 }))).toEqual({ a: 1 })
  })

  const shared = { n: 1 }
  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  class Point {
    x = 1
  }
  test.each([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a function inside', { f: () => 1 }],
    ['one object twice', [shared, shared]],
    ['a cycle', cyclic],
    ['an instance of a class', new Point()],
    ['a Map', new Map()],
    ['a Date', new Date()],
    ['a typed array', new Uint8Array(1)],
    ['an array with a hole', new Array(1)],
    ['an array with a name', Object.assign([1], { name: 'x' })],
    ['the key __proto__', JSON.parse('{"__proto__": 1}')],
    ['more than a message should share', Array.from({ length: 300 }, () => 1)],
    [
      'a getter that throws',
      {
        get no() {
          throw new Error('no')
        },
      },
    ],
  ])('%s crosses alone', (_, value) => {
    expect(snapshot(value)).toBe(ALONE)
  })

  test('one that crossed alone does not spoil the next', () => {
    snapshot([shared, shared])
    expect(snapshot([shared])).toEqual([{ n: 1 }])
  })
})
