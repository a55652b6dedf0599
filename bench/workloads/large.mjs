import { contendersOn } from '../contenders/all.mjs'
import { RAW_IN_BATCHES } from '../names.mjs'
import { mean, median } from '../statistics.mjs'
import { takeTurns, withStarted } from '../turns.mjs'

const MIB = 16
const LENGTH = (MIB * 2 ** 20) / Float64Array.BYTES_PER_ELEMENT
const MARK = 42
const TURN_MS = 500

// Short turns, as those of round trips are, and for the same reason.
const MOVED = { turns: 200, trips: 3, typical: median, warmUp: 200 }
// A copy costs several times more where it gets fresh memory, and whether it does depends on all that was copied before:
// only the mean of many trips says something. Collecting before each turn keeps what others have left out of it.
const CLONED = { turns: 12, trips: 10, typical: mean, prepare: () => globalThis.gc?.() }

/** An array that is moved to a worker and back, and one that is copied. */
export async function measure(platform) {
  const alone = contendersOn(platform).filter(({ name }) => name !== RAW_IN_BATCHES)
  return await withStarted(alone, platform, async (contenders) => {
    const able = contenders.filter(({ moves = true }) => moves)
    return [
      await measureTrips(`${MIB} MiB, transferred and back`, able, MOVED, (pool, array) => pool.runMoved(array)),
      await measureTrips(`${MIB} MiB, cloned and back`, contenders, CLONED, (pool, array) => pool.runOne(array)),
    ]
  })
}

async function measureTrips(title, contenders, { turns, trips, typical, warmUp, prepare = () => {} }, trip) {
  let array = new Float64Array(LENGTH).fill(MARK)
  const takeTrips = async ({ name, pool }) => {
    prepare()
    const times = []
    const turnStartedAt = performance.now()
    while (times.length < trips && performance.now() - turnStartedAt < TURN_MS) {
      const startedAt = performance.now()
      array = await trip(pool, array)
      times.push(performance.now() - startedAt)
      if (array.length !== LENGTH || array[LENGTH - 1] !== MARK) throw new Error(`${name} answered another array`)
    }
    return typical(times)
  }
  const rows = await takeTurns(contenders, turns, takeTrips, { warmUp })
  return { title, unit: 'ms', better: 'lower', rows: rows.map((row) => ({ ...row, note: '' })) }
}
