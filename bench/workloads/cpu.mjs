import { Batch } from '../batch.mjs'
import { startOurs } from '../contenders/ours.mjs'
import { FUNCTIONS } from '../functions.mjs'
import { ONE_WORKER, OURS } from '../names.mjs'
import { takeTurns, withStarted } from '../turns.mjs'
import { roundsPerMs } from '../work.mjs'

const TASKS = 64
const TASK_MS = 20
const PEERS = ['piscina', 'tinypool']

/** Tasks that keep a core busy: what is gained by a second worker. */
export async function measure(platform) {
  const rounds = TASK_MS * (await roundsPerMs())
  const right = await FUNCTIONS.burn(rounds)
  const contenders = [
    { name: ONE_WORKER, role: 'other', start: (options) => startOurs({ ...options, workers: 1 }) },
    ...platform.peers.filter(({ name }) => PEERS.includes(name)),
    { name: OURS, role: 'ours', start: startOurs },
  ]
  const rows = await withStarted(contenders, platform, (started) =>
    takeTurns(started, platform.sizes.rounds, async ({ pool }) => {
      const batch = new Batch({ count: TASKS, fn: 'burn', inputOf: () => rounds, isRight: (value) => value === right })
      const startedAt = performance.now()
      await pool.runAll(batch)
      return performance.now() - startedAt
    }),
  )
  return [{ title: `${TASKS} tasks of ${TASK_MS} ms on the CPU`, unit: 'ms', better: 'lower', rows }]
}
