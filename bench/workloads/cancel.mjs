import { holdUntilCanceled } from '../contenders/holding.mjs'
import { partOf, sampled } from '../measurement.mjs'
import { WORKERS } from '../workers.mjs'

const SIZES = [10_000, 100_000]
const TASKS_PER_TURN = 100_000

export const contendersOn = ({ daskflow }) =>
  SIZES.map((size) => ({
    name: size.toLocaleString('en'),
    role: 'other',
    size,
    start: () => new daskflow.DaskExecutionBackend({ nWorkers: WORKERS }),
  }))

/**
 * Cancels a queue: `await cancelAllTasks()`, by whose end each listener has heard of each task, beside the
 * `await submitTasks(records)` before it, by whose end each of them was accepted. The records exist before.
 */
export function measurementsOf({ rounds }) {
  return [
    {
      rounds,
      sampler: sampled(({ pool, size }) => cancelQueues(pool, size)),
      toTables: (rows) => [
        {
          title: 'tasks that are queued, and cancelled',
          unit: 'µs per task',
          better: 'lower',
          rows: rows.flatMap((row) =>
            ['submit', 'cancel'].map((what) => ({ ...partOf(row, what), name: `${what} ${row.name}` })),
          ),
        },
      ],
    },
  ]
}

async function cancelQueues(backend, size) {
  const times = TASKS_PER_TURN / size
  const ms = { submit: 0, cancel: 0 }
  for (let i = 0; i < times; i++) {
    const measured = await cancelQueue(backend, size)
    for (const what of Object.keys(ms)) ms[what] += measured[what]
  }
  return { submit: (ms.submit * 1000) / TASKS_PER_TURN, cancel: (ms.cancel * 1000) / TASKS_PER_TURN }
}

/** All of the tasks are of the kind that runs until it is cancelled, so none of them is done before. */
async function cancelQueue(backend, size) {
  const records = Array.from({ length: size }, (_, n) => ({ uid: `task.${n}`, function: holdUntilCanceled }))
  let heard = 0
  const unsubscribe = backend.registerCallback((_task, state) => {
    if (state === 'CANCELED') heard++
  })
  const submittedAt = performance.now()
  await backend.submitTasks(records)
  const canceledAt = performance.now()
  const canceled = await backend.cancelAllTasks()
  const endedAt = performance.now()
  unsubscribe()
  if (canceled !== size || heard !== size) throw new Error(`Of ${size} tasks, ${canceled} were cancelled and ${heard} heard of`)
  await untilIdle(backend)
  return { submit: canceledAt - submittedAt, cancel: endedAt - canceledAt }
}

/** Those that ran may still be ending; what comes now runs when they have. */
async function untilIdle(backend) {
  let left = WORKERS
  const done = new Promise((resolve) => {
    const unsubscribe = backend.registerCallback((_task, state) => {
      if (state !== 'DONE' || --left > 0) return
      unsubscribe()
      resolve()
    })
  })
  await backend.submitTasks(
    Array.from({ length: WORKERS }, (_, n) => ({ uid: `idle.${n}`, function: async (value) => value, args: [n] })),
  )
  await done
}
