import { afterAll, expect, test } from 'vitest'
import { refusePorts } from '../../src/wire/ports.js'

const { port1, port2 } = new MessageChannel()
afterAll(() => {
  port1.close()
  port2.close()
})

test.each([
  ['by itself', port1],
  ['among primitives', [1, 'two', port1]],
  ['among bytes', [new Uint8Array(1), port1]],
  ['in a record', { a: { port: port1 } }],
  ['as a key of a Map', new Map([[port1, 1]])],
  ['in a Set', new Set([port1])],
  ['as the cause of an error', new Error('with a port', { cause: port1 })],
])('a port is refused %s', (_, value) => {
  expect(() => refusePorts(value)).toThrow(DOMException)
})

test.each([
  ['that is moved', [port1], [port1]],
  ['where there is none', [{ a: [new Uint8Array(1), 'text', null] }], []],
])('a port is not refused %s', (_, value, moved) => {
  expect(() => refusePorts(value, moved)).not.toThrow()
})
