import { Batch } from '../batch.mjs'
import { startOurs } from '../contenders/ours.mjs'
import { FUNCTIONS } from '../functions.mjs'
import { tableOf } from '../measurement.mjs'
import { ONE_WORKER, OURS } from '../names.mjs'

const SHORT = 1000
const SHORT_MS = 1
// Much longer than the others together: what waits behind it must start elsewhere.
const LONG_MS = 3 * SHORT * SHORT_MS
const LONG_AT = 100

export const contendersOn = () => [
  { name: ONE_WORKER, role: 'other', longAt: undefined, start: (options) => startOurs({ ...options, workers: 1 }) },
  { name: OURS, role: 'ours', longAt: LONG_AT, start: startOurs },
]

/**
 * A long task among short ones: whether any of those wait behind it while the other worker could run them. All that the
 * long one may cost is its worker, so the short ones should take as long as they do on one worker.
 */
export function measurementsOf({ rounds, burnsPerMs }) {
  const title = `${SHORT.toLocaleString('en')} tasks of ${SHORT_MS} ms, all done, beside one of ${LONG_MS / 1000} s (one worker: without it)`
  return [
    tableOf({
      rounds,
      sampler: (contender) => {
        const burns = { short: SHORT_MS * burnsPerMs, long: LONG_MS * burnsPerMs }
        const right = { short: FUNCTIONS.burn(burns.short), long: FUNCTIONS.burn(burns.long) }
        return async () => shortOnes(contender, burns, { short: await right.short, long: await right.long })
      },
      title,
      unit: 'ms',
      better: 'lower',
    }),
  ]
}

/** Answers how many milliseconds it took until all of the short ones were done. */
async function shortOnes({ pool, longAt }, burns, right) {
  const kindOf = (n) => (n === longAt ? 'long' : 'short')
  let left = SHORT
  let endedAt
  const isRight = (value, n) => {
    if (n !== longAt && --left === 0) endedAt = performance.now()
    return value === right[kindOf(n)]
  }
  const count = longAt === undefined ? SHORT : SHORT + 1
  const batch = new Batch({ count, fn: 'burn', inputOf: (n) => burns[kindOf(n)], isRight })
  const startedAt = performance.now()
  await pool.runAll(batch)
  return endedAt - startedAt
}
