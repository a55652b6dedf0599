import { startEngine } from '../contenders/engine.mjs'
import { startRaw } from '../contenders/raw.mjs'
import { sampled, tableOf } from '../measurement.mjs'
import { ENGINE, ENGINE_FLAT, RAW } from '../names.mjs'

const HOPS = 1_000
const TASKS = 10_000

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
        title: `${HOPS.toLocaleString('en')} tasks in a chain`,
        unit: 'µs a hop',
        per: 1_000 / HOPS,
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

const timed = ({ per = 1, ...table }, run) =>
  tableOf({
    ...table,
    better: 'lower',
    sampler: sampled(async (contender) => {
      const startedAt = performance.now()
      await run(contender)
      return (performance.now() - startedAt) * per
    }),
  })

/** As many bare messages, each sent when the one before was answered. */
function startRawChain(options) {
  const { runOne } = startRaw(options)
  return {
    note: '',
    async chain(hops) {
      for (let n = 0; n < hops; n++) if ((await runOne(n)) !== n) throw new Error(`Message ${n} was answered wrongly`)
      return hops
    },
  }
}

function check(value, expected) {
  if (value !== expected) throw new Error(`It came to ${value}, not to ${expected}`)
}
