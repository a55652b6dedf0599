import { expect, test } from 'vitest'
import type { TaskHandle } from '../../../src/core/cluster.js'
import { decodePickle, encodeValue } from '../../../src/dask/values/values.js'
import { type ActorCall, Actors } from '../../../src/dask/worker/actors.js'

const handle: TaskHandle = { uid: 'counter', owner: undefined }

function actors() {
  const called: string[] = []
  const released: TaskHandle[] = []
  const made = new Actors({
    async call(_, method, [n]) {
      called.push(`${method} ${n}`)
      if (method === 'fail') throw new RangeError('no')
      return n
    },
    release: (handles) => void released.push(...handles),
  })
  made.add('key', handle)
  return { made, called, released }
}

function callOf(sequence: number, about: Partial<ActorCall> = {}): ActorCall {
  return { actor: 'key', method: 'add', args: encodeValue([sequence]), client: 'client', sequence, ...about }
}

test('calls of a client are made in its order, whichever way they came', async () => {
  const { made, called } = actors()
  const answers = await Promise.all(
    [callOf(2), callOf(1), callOf(0, { client: 'other' }), callOf(0)].map((call) => made.call(call)),
  )
  expect(called).toEqual(['add 0', 'add 0', 'add 1', 'add 2'])
  expect(answers.map((answer) => decodePickle((answer as { result: Uint8Array }).result))).toEqual([2, 1, 0, 0])
})

test('what it throws is said, and the next is called', async () => {
  const { made, called } = actors()
  const [failed] = await Promise.all([made.call(callOf(0, { method: 'fail' })), made.call(callOf(1))])
  const { status, exception } = failed as { status: string; exception: Uint8Array }
  expect([status, decodePickle(exception)]).toEqual(['error', new RangeError('no')])
  expect(called).toEqual(['fail 0', 'add 1'])
})

test('one that is not there is named', async () => {
  const { made } = actors()
  made.drop('key')
  const { exception } = (await made.call(callOf(0))) as { exception: Uint8Array }
  expect(decodePickle(exception)).toMatchObject({ code: 'ERR_TASK_VALIDATION', message: expect.stringContaining("'key'") })
})

test('one that is dropped is released, and so are all at the end', () => {
  const { made, released } = actors()
  made.drop('key')
  made.add('other', handle)
  made.end()
  expect(released).toEqual([handle, handle])
})
