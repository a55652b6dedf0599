import { contendersOn } from '../contenders/all.mjs'
import { RAW_IN_BATCHES } from '../names.mjs'
import { median } from '../statistics.mjs'
import { takeTurns, withStarted } from '../turns.mjs'

const MIB = 16
const LENGTH = (MIB * 2 ** 20) / Float64Array.BYTES_PER_ELEMENT
const MARK = 42

// Short turns, as those of round trips are, and for the same reason.
const MOVED = { turns: 40, trips: 3 }
const CLONED = { turns: 25, trips: 1 }

/** An array that is moved to a worker and back, and one that is copied. */
export async function measure(platform) {
  const able = contendersOn(platform).filter(({ name, moves = true }) => moves && name !== RAW_IN_BATCHES)
  return await withStarted(able, platform, async (contenders) => [
    await measureTrips(`${MIB} MiB, transferred and back`, contenders, MOVED, (pool, array) => pool.runMoved(array)),
    await measureTrips(`${MIB} MiB, cloned and back`, contenders, CLONED, (pool, array) => pool.runOne(array)),
  ])
}

async function measureTrips(title, contenders, { turns, trips }, trip) {
  let array = new Float64Array(LENGTH).fill(MARK)
  const rows = await takeTurns(contenders, turns, async ({ name, pool }) => {
    const times = []
    for (let i = 0; i < trips; i++) {
      const startedAt = performance.now()
      array = await trip(pool, array)
      times.push(performance.now() - startedAt)
      if (array.length !== LENGTH || array[LENGTH - 1] !== MARK) throw new Error(`${name} answered another array`)
    }
    return median(times)
  })
  return { title, unit: 'ms', better: 'lower', rows: rows.map((row) => ({ ...row, note: '' })) }
}
