import process from 'node:process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Batch } from '../batch.mjs'
import { startOurs, toRecords } from '../contenders/ours.mjs'
import { withStarted } from '../turns.mjs'

const SIZES = [100_000, 1_000_000]
const WARM_UP = 10_000
const MB = 1e6

/**
 * What a queued task takes of the heap, beyond the caller's record; and what is left of all when they are done.
 *
 * The records exist before the first is counted. They are dropped before the latter, since what the backend writes on them
 * is the caller's to keep: what was there before is compared with what the backend alone still holds.
 */
export async function measure(platform) {
  const ours = { name: 'ours', role: 'ours', start: startOurs }
  return await withStarted([ours], platform, async ([{ pool }]) => {
    await pool.runAll(new Batch({ count: WARM_UP }))
    const rows = SIZES.map((size) => ({ name: `${size.toLocaleString('en')} queued`, note: '', role: 'other', size }))
    const taken = rows.map(({ size, ...row }) => ({ ...row, samples: [] }))
    const left = rows.map(({ size, ...row }) => ({ ...row, samples: [] }))
    for (let round = 0; round < platform.sizes.rounds; round++) {
      for (const [i, { size }] of rows.entries()) {
        const measured = await measureQueue(pool, size)
        taken[i].samples.push(measured.taken / size)
        left[i].samples.push(measured.left / MB)
      }
    }
    return [
      { title: 'heap that a queued task takes', unit: 'bytes per task', better: 'lower', rows: taken },
      { title: 'heap that is left when all are done', unit: 'MB', better: 'lower', rows: left },
    ]
  })
}

async function measureQueue(pool, size) {
  const empty = await heapUsed()
  const taken = await queueAndRun(pool, size)
  return { taken, left: (await heapUsed()) - empty }
}

/** Keeps the workers waiting while the tasks are queued, so that none of them is done before they are counted. */
async function queueAndRun(pool, size) {
  const batch = new Batch({ count: size })
  const records = toRecords(batch)
  const release = await pool.hold()
  const before = await heapUsed()
  await pool.submit(records, batch)
  const taken = (await heapUsed()) - before
  await release()
  await batch.complete
  return taken
}

/** One collection leaves what only another finds. */
async function heapUsed() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    await nextTurn()
  }
  return process.memoryUsage().heapUsed
}
