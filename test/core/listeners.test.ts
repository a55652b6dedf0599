import { expect, test } from 'vitest'
import { Listeners } from '../../src/core/subscribable.js'

test('they are called in order of registration', () => {
  const calls: string[] = []
  const listeners = new Listeners<[string]>(() => {})
  listeners.add((text) => calls.push(`a ${text}`))
  listeners.add((text) => calls.push(`b ${text}`))
  listeners.emit('x')
  expect(calls).toEqual(['a x', 'b x'])
})

test('one that leaves while an event goes round gets that event still', () => {
  const calls: string[] = []
  const listeners = new Listeners<[]>(() => {})
  listeners.add(() => leave())
  const leave = listeners.add(() => calls.push('b'))
  listeners.emit()
  listeners.emit()
  expect(calls).toEqual(['b'])
})

test('one that comes while an event goes round gets the next', () => {
  const calls: string[] = []
  const listeners = new Listeners<[]>(() => {})
  listeners.add(() => {
    if (calls.length === 0) listeners.add(() => calls.push('late'))
    calls.push('early')
  })
  listeners.emit()
  expect(calls).toEqual(['early'])
})

test('the same function added twice leaves once at a time', () => {
  let calls = 0
  const listeners = new Listeners<[]>(() => {})
  const listener = () => void calls++
  const leave = listeners.add(listener)
  listeners.add(listener)
  leave()
  leave()
  listeners.emit()
  expect(calls).toBe(1)
})

test('an error goes to one place, with what the listener was called with', async () => {
  const errors: unknown[][] = []
  const listeners = new Listeners<[number]>((...args) => void errors.push(args))
  listeners.add(() => {
    throw 'thrown'
  })
  listeners.add(async () => {
    throw 'rejected'
  })
  listeners.emit(7)
  await Promise.resolve()
  expect(errors).toEqual([
    ['thrown', 7],
    ['rejected', 7],
  ])
})
