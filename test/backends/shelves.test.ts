import { describe, expect, test } from 'vitest'
import { isAfter, type Shelf, SortedShelf, UnsortedShelf } from '../../src/backends/shelves.js'

interface Kept {
  readonly uid: string
  readonly ended: boolean
}

const COUNT = 1_000
const SHELVES: readonly (readonly [string, () => Shelf<Kept>])[] = [
  ['sorted', () => new SortedShelf<Kept>()],
  ['unsorted', () => new UnsortedShelf<Kept>([])],
]

test.each([
  ['task.10', 'task.9', true],
  ['task.9', 'task.10', false],
  ['task.2', 'task.1', true],
  ['task.1', 'task.1', false],
  ['b.1', 'a.9', true],
  ['a.10', 'b.9', true],
])('whether %s is after %s: %s', (uid, other, expected) => {
  expect(isAfter(uid, other)).toBe(expected)
})

describe.each(SHELVES)('a shelf that is %s', (_, create) => {
  function filled(count = COUNT) {
    const shelf = create()
    const tasks = Array.from({ length: count }, (_, n) => ({ uid: `task.${n}`, ended: false }))
    for (const task of tasks) shelf.put(task)
    return { shelf, tasks }
  }

  test.each([0, 1, 2, 3, COUNT])('finds each of %d', (count) => {
    const { shelf, tasks } = filled(count)
    expect(tasks.every((task) => shelf.find(task.uid) === task)).toBe(true)
    expect(shelf.size).toBe(count)
    expect([...shelf.tasks()]).toEqual(tasks)
  })

  test.each(['', 'task.', 'task.1000', 'task.00', 'a.7', 'z.7', 'task.10000000'])('finds none for %j', (uid) => {
    expect(filled().shelf.find(uid)).toBeUndefined()
  })

  test('takes none that it has, and what comes after all', () => {
    const { shelf, tasks } = filled()
    expect(tasks.some(({ uid }) => shelf.takes(uid))).toBe(false)
    expect(shelf.takes(`task.${COUNT}`)).toBe(true)
  })

  test('knows nothing of what has ended', () => {
    const { shelf, tasks } = filled(10_000)
    for (const task of tasks.splice(0, 9_000)) {
      Object.assign(task, { ended: true })
      shelf.remove(task)
    }
    expect(shelf.size).toBe(1_000)
    expect(shelf.tasks()).toEqual(tasks)
    expect(shelf.find('task.8999')).toBeUndefined()
  })
})

test('a sorted shelf takes what comes after its last, an unsorted one what it has not', () => {
  const uids = ['task.10', 'task.9', 'task.1']
  const task = { uid: 'task.9', ended: false }
  const sorted = new SortedShelf<Kept>()
  sorted.put(task)
  expect(uids.map((uid) => sorted.takes(uid))).toEqual([true, false, false])
  expect(uids.map((uid) => new UnsortedShelf<Kept>([task]).takes(uid))).toEqual([true, false, true])
})
