import { expect, test } from 'vitest'
import { PythonCall, PythonFloat, PythonGlobal, PythonTuple } from '../../../src/dask/protocol/python.js'

const decimal = new PythonGlobal('decimal', 'Decimal')

test.each([
  [decimal, 'decimal.Decimal'],
  [new PythonCall(decimal, ['1.5']), 'decimal.Decimal("1.5")'],
  [new PythonCall(decimal, [new Uint8Array(3)]), 'decimal.Decimal(…)'],
  [new PythonCall(decimal, [[1], [2], null, true, 7]), 'decimal.Decimal(…, None, True, …)'],
  [new PythonCall(decimal, [decimal], { kwargs: new Map([['a', 1]]) }), 'decimal.Decimal(decimal.Decimal, …)'],
  [new PythonCall(new PythonCall(decimal, []), []), '…()'],
  [new PythonTuple([]), '()'],
  [new PythonTuple([1]), '(1,)'],
  [new PythonTuple([1, new PythonFloat(1), 'a']), '(1, 1.0, "a")'],
  [new PythonFloat(Number.NaN), 'NaN'],
])('a node says what it is: %#', (node, text) => expect(`${node}`).toBe(text))

test('what a node says is short, whatever it holds', () => {
  const long = new PythonGlobal('m'.repeat(1e6), 'n'.repeat(1e6))
  const texts = Array.from({ length: 1_000 }, () => 'x'.repeat(1_000))
  expect(String(new PythonCall(long, [long, long, ...texts])).length).toBeLessThan(1_000)
  expect(String(new PythonTuple(texts)).length).toBeLessThan(1_000)
})

test('a node that holds itself can be told as well', () => {
  const call = new PythonCall(decimal, [])
  call.state = call
  call.items = [call]
  expect(String(new PythonCall(call, [call]))).toBe('…(…)')
})

test('keyword arguments are those of an instance that is made', () => {
  expect(new PythonCall(decimal, [], { kwargs: new Map() }).how).toBe('new')
})
