import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { FunctionTable } from '../../src/cluster/function-table.js'
import { withScope } from '../../src/index.js'

describe('functions that would do the same in a worker are one', () => {
  const table = new FunctionTable('source', () => {})
  const make = () => async (n: number) => n

  test('by source and name', () => expect(table.entryOf(make())).toBe(table.entryOf(make())))

  test('not with a scope each', () => {
    const [a, b] = [1, 2].map((k) => withScope(make(), { k }))
    expect(table.entryOf(a as never)).not.toBe(table.entryOf(b as never))
  })

  test('names, and exports of modules', () => {
    expect(table.entryOf('resize')).toBe(table.entryOf('resize'))
    expect(table.entryOf('resize')).not.toBe(table.entryOf('blur'))
  })

  test('each is found by its number', () => {
    const entry = table.entryOf('resize')
    expect(table.get(entry.id)).toBe(entry)
    expect([table.get(-1), table.get('x'), table.get({})]).toEqual([undefined, undefined, undefined])
  })
})

test('what is gone with its function is forgotten, in one message', async () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const messages: (readonly number[])[] = []
  let told: () => void = () => {}
  const forgotten = new Promise<void>((resolve) => {
    told = resolve
  })
  const table = new FunctionTable('source', (ids) => {
    messages.push(ids)
    told()
  })
  const ids = Array.from({ length: 10 }, (_, k) => table.entryOf(withScope(async () => k, { k })).id)
  while (messages.length === 0) {
    collect()
    await Promise.race([forgotten, new Promise((resolve) => setImmediate(resolve))])
  }
  expect(messages.flat().every((id) => ids.includes(id))).toBe(true)
  expect(table.get(messages[0]?.[0])).toBeUndefined()
})
