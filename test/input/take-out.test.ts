import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { takeOut } from '../../src/input/take-out.js'

class Stand {}

const isStand = (value: unknown): value is Stand => value instanceof Stand

test.each<[what: string, holder: (stand: Stand) => unknown]>([
  ['an array', (stand) => [stand]],
  ['a record', (stand) => ({ 0: stand })],
  ['a Map', (stand) => new Map([[0, stand]])],
  ['an array of another realm', (stand) => runInNewContext('[stand]', { stand })],
  ['a record of another realm', (stand) => runInNewContext('({ 0: stand })', { stand })],
  ['a Map of another realm', (stand) => runInNewContext('new Map([[0, stand]])', { stand })],
])('finds what stands in %s', (_, holderOf) => {
  const stand = new Stand()
  expect(takeOut([holderOf(stand)], isStand).found.map(({ item }) => item)).toEqual([stand])
})
