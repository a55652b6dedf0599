import { Batch } from '../batch.mjs'
import { startOurs } from '../contenders/ours.mjs'
import { FUNCTIONS } from '../functions.mjs'
import { ONE_WORKER, OURS } from '../names.mjs'
import { takeTurns, withStarted } from '../turns.mjs'
import { roundsPerMs } from '../work.mjs'

const SHORT = 1000
const SHORT_MS = 1
// Much longer than the others together: what waits behind it must start elsewhere.
const LONG_MS = 3 * SHORT * SHORT_MS
const LONG_AT = 100

/**
 * A long task among short ones: whether any of those wait behind it while the other worker could run them. All that the
 * long one may cost is its worker, so the short ones should take as long as they do on one worker.
 */
export async function measure(platform) {
  const perMs = await roundsPerMs()
  const [short, long] = [SHORT_MS * perMs, LONG_MS * perMs]
  const right = new Map([
    [short, await FUNCTIONS.burn(short)],
    [long, await FUNCTIONS.burn(long)],
  ])
  const contenders = [
    { name: ONE_WORKER, role: 'other', longAt: undefined, start: (options) => startOurs({ ...options, workers: 1 }) },
    { name: OURS, role: 'ours', longAt: LONG_AT, start: startOurs },
  ]
  const rows = await withStarted(contenders, platform, (started) =>
    takeTurns(started, platform.sizes.rounds, async ({ pool, longAt }) => {
      let left = SHORT
      let endedAt
      const inputOf = (n) => (n === longAt ? long : short)
      const isRight = (value, n) => {
        if (n !== longAt && --left === 0) endedAt = performance.now()
        return value === right.get(inputOf(n))
      }
      const startedAt = performance.now()
      await pool.runAll(new Batch({ count: longAt === undefined ? SHORT : SHORT + 1, fn: 'burn', inputOf, isRight }))
      return endedAt - startedAt
    }),
  )
  const title = `${SHORT.toLocaleString('en')} tasks of ${SHORT_MS} ms, all done, beside one of ${LONG_MS / 1000} s (one worker: without it)`
  return [{ title, unit: 'ms', better: 'lower', rows }]
}
