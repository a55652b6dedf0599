import { expect, test } from 'vitest'
import { HeldBackend } from '../fakes/held-backend.js'
import { flowOver } from './flow.js'

/** A backend that says at once that it cancels, and tells of the end when it comes. */
class LateBackend extends HeldBackend {
  override async cancelTask(): Promise<boolean> {
    return true
  }
}

test('what a backend tells late of a task that it cancelled is nothing to the next engine', async () => {
  const backend = new LateBackend()
  const first = await flowOver(backend)
  const old = first.functionTask({ name: 'old' }, async () => 'old')()
  await backend.has('old')
  old.cancel('enough')
  expect(await old.exception()).toMatchObject({ cause: 'enough' })
  await first.shutdown({ skipExecutionBackend: true })
  const second = await flowOver(backend)
  const next = second.functionTask({ name: 'next' }, async () => 'next')()
  await backend.has('next')
  await backend.tell('old', 'RUNNING')
  await backend.tell('old', 'CANCELED')
  expect([old.uid, next.uid, next.state]).toEqual(['task.000001', 'task.000001', 'PENDING'])
})
