import { describe, expect, test } from 'vitest'
import { checkTransferList, findUncloneable } from '../../src/wire/uncloneable.js'

describe('findUncloneable', () => {
  const find = (value: unknown) => findUncloneable(value, 'value', structuredClone)

  test('finds nothing in what can be cloned', () => {
    expect(find({ a: [1, new Map([[1, new Date()]])] })).toBeUndefined()
  })

  test.each([
    [() => 1, { path: 'value', what: 'a function' }],
    [{ list: [0, { on: Symbol('s') }] }, { path: 'value.list[1].on', what: 'a symbol' }],
    [new Set([1, Math.max]), { path: 'value.values()[1]', what: "the function 'max'" }],
    [new Map([[{ k: 1 }, Math.max]]), { path: 'value.values()[0]', what: "the function 'max'" }],
    [{ 'odd key': Math.max }, { path: 'value["odd key"]', what: "the function 'max'" }],
  ])('names the place', (value, found) => {
    expect(find(value)).toEqual(found)
  })

  test('blames the whole when no part is to blame', () => {
    expect(find(new WeakMap())).toMatchObject({ path: 'value', what: expect.stringContaining('WeakMap') })
  })

  test('does not walk a typed array element by element', () => {
    const bytes = new Uint8Array(8)
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
    expect(find({ bytes })?.path).toBe('value.bytes')
  })

  test('ends on a cycle', () => {
    const value: Record<string, unknown> = { f: Math.max }
    value.self = value
    expect(find({ value })?.path).toMatch(/f$/)
  })
})

test('a buffer that was moved away is refused', () => {
  const buffer = new ArrayBuffer(8)
  expect(() => checkTransferList([buffer, {}])).not.toThrow()
  structuredClone(buffer, { transfer: [buffer] })
  expect(() => checkTransferList([buffer])).toThrow(TypeError)
})
