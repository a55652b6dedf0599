import { describe, expect, test } from 'vitest'
import { transfer } from '../../src/core/transfer.js'
import { checkTransferList, findUncloneable } from '../../src/wire/uncloneable.js'

describe('findUncloneable', () => {
  const find = (value: unknown) => findUncloneable(value, 'value')

  test('finds nothing in what can be cloned', () => {
    expect(find({ a: [1, new Map([[1, new Date()]]), /r/, new Error('x'), new Uint8Array(1)] })).toBeUndefined()
  })

  test.each([
    [() => 1, { path: 'value', what: 'a function' }],
    [{ list: [0, { on: Symbol('s') }] }, { path: 'value.list[1].on', what: 'a symbol' }],
    [new Set([1, Math.max]), { path: 'value.values()[1]', what: "the function 'max'" }],
    [new Map([['k', Math.max]]), { path: 'value.get("k")', what: "the function 'max'" }],
    [new Map([[{ k: 1 }, Math.max]]), { path: 'value.values()[0]', what: "the function 'max'" }],
    [{ 'odd key': Math.max }, { path: 'value["odd key"]', what: "the function 'max'" }],
    [{ a: { b: Promise.resolve() } }, { path: 'value.a.b', what: 'of type Promise' }],
    [[new WeakMap()], { path: 'value[0]', what: 'of type WeakMap' }],
  ])('names the place', (value, found) => {
    expect(find(value)).toEqual(found)
  })

  test('names the first of several', () => {
    expect(find({ a: 1, b: { c: Math.max }, d: Math.min })?.path).toBe('value.b.c')
  })

  test('prefers what certainly cannot be cloned to what may', () => {
    expect(find({ signal: new AbortController().signal, onDone: Math.max })?.path).toBe('value.onDone')
  })

  test('names a getter that throws', () => {
    const value = {
      get broken(): number {
        throw new Error('no')
      },
    }
    expect(find({ value })).toEqual({ path: 'value.value.broken', what: 'unreadable (no)' })
  })

  test('names a mark of transfer that nobody takes off', () => {
    expect(find({ image: transfer({}, []) })).toMatchObject({ path: 'value.image', what: expect.stringContaining('transfer()') })
  })

  test('leaves out what is moved', () => {
    const port = new MessageChannel().port1
    expect(findUncloneable({ port, f: Math.max }, 'value', new Set([port]))?.path).toBe('value.f')
    port.close()
  })

  test('does not walk a typed array element by element', () => {
    const bytes = new Uint8Array(8)
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
    expect(find({ bytes })).toEqual({ path: 'value.bytes', what: 'a buffer that was moved away before' })
  })

  test('ends on a cycle, and in the depths', () => {
    const value: Record<string, unknown> = {}
    value.self = value
    expect(find(value)).toBeUndefined()
    let deep: unknown = null
    for (let i = 0; i < 50_000; i++) deep = { deep }
    expect(find(deep)).toBeUndefined()
  })
})

test('a buffer that was moved away is refused', () => {
  const buffer = new ArrayBuffer(8)
  expect(() => checkTransferList([buffer, {}])).not.toThrow()
  structuredClone(buffer, { transfer: [buffer] })
  expect(() => checkTransferList([buffer])).toThrow(TypeError)
})
