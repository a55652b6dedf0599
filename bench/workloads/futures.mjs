import { startClient } from '../contenders/client.mjs'
import { startRawChain } from '../contenders/raw-chain.mjs'
import { sampled, tableOf } from '../measurement.mjs'
import { CLIENT, CLIENT_KILLED, RAW } from '../names.mjs'

const HOPS = 10_000
const LEAVES = 10_000
const PARTS = 50
const BYTES = 64 * 2 ** 20

export const contendersOn = () => [
  { name: RAW, role: 'raw', start: startRawChain },
  { name: CLIENT_KILLED, role: 'other', start: (options) => startClient({ ...options, kills: true }) },
  { name: CLIENT, role: 'ours', start: startClient },
]

/** Graphs of futures: what a hop from a task to the next takes, and that all is right when a worker is killed in the middle. */
export function measurementsOf({ rounds }) {
  const ofClients = ({ name }) => name !== RAW
  return [
    graph(
      { title: `${HOPS.toLocaleString('en')} hops in a chain`, unit: 'µs a hop', per: 1_000 / HOPS, rounds },
      async (pool) => {
        check(await pool.chain(HOPS), HOPS)
      },
    ),
    graph({ title: `a tree of ${LEAVES.toLocaleString('en')} leaves`, unit: 'ms', rounds, has: ofClients }, async (pool) => {
      check(await pool.tree(LEAVES), (LEAVES * (LEAVES - 1)) / 2)
    }),
    graph({ title: `a shuffle of ${PARTS} × ${PARTS} parts, 64 MiB`, unit: 'ms', rounds, has: ofClients }, async (pool) => {
      const length = Math.floor(BYTES / 8 / PARTS / PARTS)
      check(await pool.shuffle(PARTS, length * 8 * PARTS * PARTS), length * 8 * PARTS * PARTS)
    }),
  ]
}

const graph = ({ per = 1, ...table }, run) =>
  tableOf({
    ...table,
    better: 'lower',
    sampler: sampled(async ({ pool }) => {
      const startedAt = performance.now()
      await run(pool)
      return (performance.now() - startedAt) * per
    }),
  })

function check(value, expected) {
  if (value !== expected) throw new Error(`It came to ${value}, not to ${expected}`)
}
