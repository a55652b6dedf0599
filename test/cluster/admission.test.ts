import { expect, test } from 'vitest'
import { Admission } from '../../src/cluster/admission.js'
import { ScheduledTask } from '../../src/cluster/scheduled-task.js'
import type { TaskSink } from '../../src/core/cluster.js'

let made = 0

function tasks(n: number): ScheduledTask[] {
  return Array.from({ length: n }, () => {
    const spec = { uid: `${made}`, name: '', function: '', args: [], priority: 0, owner: undefined }
    return new ScheduledTask(made++, spec, {} as TaskSink, { meanMs: undefined })
  })
}

function admission(...sizes: readonly number[]) {
  const admitted: number[] = []
  const door = new Admission<ScheduledTask>()
  const batches = sizes.map(tasks)
  for (const [i, batch] of batches.entries()) door.add(batch, () => admitted.push(i))
  return { door, batches, admitted }
}

test('as many are admitted as there is room for, in order of arrival', () => {
  const { door, batches, admitted } = admission(3, 2)
  expect(door.admit(2)).toEqual(batches[0]?.slice(0, 2))
  expect(admitted).toEqual([])
  expect(door.admit(0)).toEqual([])
  expect(door.admit(-1)).toEqual([])
  expect(door.admit(2)).toEqual([batches[0]?.[2], batches[1]?.[0]])
  expect(admitted).toEqual([0])
  expect(door.admit(Number.POSITIVE_INFINITY)).toEqual([batches[1]?.[1]])
  expect(admitted).toEqual([0, 1])
  expect(door.isEmpty).toBe(true)
})

test('what was cancelled is left out, and needs no room', () => {
  const { door, batches, admitted } = admission(3)
  batches[0]?.[0]?.end('canceled')
  batches[0]?.[2]?.end('canceled')
  expect(door.admit(1)).toEqual([batches[0]?.[1]])
  expect(admitted).toEqual([0])
})

test('a batch of which nothing is left does not wait for those before it', () => {
  const { door, batches, admitted } = admission(2, 2, 2)
  for (const task of batches[1] ?? []) task.end('canceled')
  door.canceled()
  expect(admitted).toEqual([1])
  expect(door.admit(Number.POSITIVE_INFINITY)).toHaveLength(4)
  expect(admitted).toEqual([1, 0, 2])
})

test('a batch of nothing is admitted', () => {
  const { door, admitted } = admission(0)
  expect(door.admit(0)).toEqual([])
  expect(admitted).toEqual([0])
})
