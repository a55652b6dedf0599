import { Batch } from '../batch.mjs'
import { startOurs } from '../contenders/ours.mjs'
import { FUNCTIONS } from '../functions.mjs'
import { tableOf } from '../measurement.mjs'
import { ONE_WORKER, OURS } from '../names.mjs'

const TASKS = 64
const TASK_MS = 20
const PEERS = ['piscina', 'tinypool']

export const contendersOn = ({ peers }) => [
  { name: ONE_WORKER, role: 'other', start: (options) => startOurs({ ...options, workers: 1 }) },
  ...peers.filter(({ name }) => PEERS.includes(name)),
  { name: OURS, role: 'ours', start: startOurs },
]

/** Tasks that keep a core busy: what is gained by a second worker. */
export function measurementsOf({ rounds, burnsPerMs }) {
  return [
    tableOf({
      rounds,
      sampler: ({ pool }) => {
        const burns = TASK_MS * burnsPerMs
        const right = FUNCTIONS.burn(burns)
        return async () => {
          const answer = await right
          const batch = new Batch({ count: TASKS, fn: 'burn', inputOf: () => burns, isRight: (value) => value === answer })
          const startedAt = performance.now()
          await pool.runAll(batch)
          return performance.now() - startedAt
        }
      },
      title: `${TASKS} tasks of ${TASK_MS} ms on the CPU`,
      unit: 'ms',
      better: 'lower',
    }),
  ]
}
