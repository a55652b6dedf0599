import { expect, test } from 'vitest'
import { Slots } from '../../src/backends/slots.js'

const COUNT = 5_000

test('what has ended while it waited is not kept', async () => {
  const slots = new Slots(1)
  const stuck = { ended: false, run: () => new Promise<void>(() => {}), leave() {} }
  slots.add([stuck])
  let asked = 0
  for (let i = 0; i < COUNT; i++) {
    slots.add([
      {
        get ended() {
          asked++
          return true
        },
        async run() {},
        leave() {},
      },
    ])
  }
  // Each is looked at when they are sorted out, and not again.
  expect(asked).toBeGreaterThan(COUNT / 2)
  expect(asked).toBeLessThan(COUNT * 2)
})

test('they run in order, however many were sorted out', async () => {
  const slots = new Slots(1)
  const ran: number[] = []
  const runnables = Array.from({ length: COUNT }, (_, i) => ({
    ended: i % 3 === 0,
    async run() {
      ran.push(i)
    },
    leave() {},
  }))
  await new Promise<void>((resolve) => {
    slots.add([...runnables, { ended: false, run: async () => resolve(), leave() {} }])
  })
  expect(ran).toEqual(runnables.flatMap(({ ended }, i) => (ended ? [] : [i])))
})
