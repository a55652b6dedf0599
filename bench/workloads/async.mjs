import { Batch } from '../batch.mjs'
import { startOurs } from '../contenders/ours.mjs'
import { startSleepers } from '../contenders/sleepers.mjs'
import { IDEAL, OURS } from '../names.mjs'
import { rateSampler } from '../rates.mjs'
import { WORKERS } from '../workers.mjs'

const TASKS = 10_000
const TASK_MS = 10
const THREADS_PER_WORKER = 64

export const contendersOn = () => [
  { name: IDEAL, role: 'raw', start: (options) => startSleepers({ ...options, loops: THREADS_PER_WORKER }) },
  { name: OURS, role: 'ours', start: (options) => startOurs({ ...options, threadsPerWorker: THREADS_PER_WORKER }) },
]

/**
 * Tasks that wait: whether each worker keeps as many going as it may. A timer of 10 ms takes longer than that, and how much
 * longer is the machine's affair, so the ideal is measured: as many sleeps, in as many loops, and nothing else.
 */
export function measurementsOf({ rounds }) {
  const title = `${TASKS.toLocaleString('en')} tasks that wait ${TASK_MS} ms, ${THREADS_PER_WORKER} at a time in each worker`
  return [
    {
      rounds,
      sampler: rateSampler(() => new Batch({ count: TASKS, fn: 'sleep', inputOf: () => TASK_MS })),
      toTables: (rows) => [{ title, unit: 'tasks/s', better: 'higher', rows: [byTheClock(rows[0]), ...rows] }],
    },
  ]
}

function byTheClock({ samples }) {
  const nominal = (WORKERS * THREADS_PER_WORKER * 1000) / TASK_MS
  return { name: 'by the clock', note: '', role: 'other', samples: samples.map(() => nominal) }
}
