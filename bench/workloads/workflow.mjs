import { startEngine } from '../contenders/engine.mjs'
import { startRawChain } from '../contenders/raw-chain.mjs'
import { sampled, tableOf } from '../measurement.mjs'
import { ENGINE, ENGINE_FLAT, RAW } from '../names.mjs'

const HOPS = 1_000
const TASKS = 10_000
// Whether two threads that wait for each other share a core, the system decides: it makes a hop twice or four times as long.
const CHAINS = 10

export const contendersOn = () => [
  { name: RAW, role: 'raw', start: startRawChain },
  { name: ENGINE_FLAT, role: 'other', start: startEngine },
  { name: ENGINE, role: 'ours', start: startEngine },
]

/** Workflows: what a hop from a task to the next takes, and what it takes that tasks wait for each other. */
export function measurementsOf({ rounds }) {
  return [
    timed(
      {
        title: `${HOPS.toLocaleString('en')} tasks in a chain (the quickest of ${CHAINS})`,
        unit: 'µs a hop',
        per: 1_000 / HOPS,
        of: CHAINS,
        rounds,
        has: isNot(ENGINE_FLAT),
      },
      async ({ pool }) => check(await pool.chain(HOPS), HOPS),
    ),
    timed(
      { title: `a diamond of ${TASKS.toLocaleString('en')} tasks`, unit: 'ms', rounds, has: isNot(RAW) },
      async ({ name, pool }) => {
        if (name === ENGINE_FLAT) check(await pool.flat(TASKS), TASKS)
        else check(await pool.diamond(TASKS), 2 * (TASKS - 2))
      },
    ),
  ]
}

const isNot =
  (other) =>
  ({ name }) =>
    name !== other

const timed = ({ per = 1, of = 1, ...table }, run) =>
  tableOf({
    ...table,
    better: 'lower',
    sampler: sampled(async (contender) => {
      let quickest = Number.POSITIVE_INFINITY
      for (let i = 0; i < of; i++) {
        const startedAt = performance.now()
        await run(contender)
        quickest = Math.min(quickest, performance.now() - startedAt)
      }
      return quickest * per
    }),
  })

function check(value, expected) {
  if (value !== expected) throw new Error(`It came to ${value}, not to ${expected}`)
}
