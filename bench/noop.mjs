// 100,000 no-op tasks, one number in and out, on two workers: ours as a user has it, beside the wire that it runs on.
// The contenders take turns within each round, so that a noisy moment hits them all; what counts are the ratios.
import { Worker } from 'node:worker_threads'
import { DaskExecutionBackend } from 'daskflow'

const TASKS = Number(process.env.TASKS ?? 100_000)
const ROUNDS = Number(process.env.ROUNDS ?? 7)
const IN_FLIGHT = 100
const BATCH = 100
const WORKERS = 2

const startRaw = () => Array.from({ length: WORKERS }, () => new Worker(new URL('./raw-worker.mjs', import.meta.url)))

/** Keeps each worker supplied: `send(worker)` posts the next message, `arrived(message)` says how many tasks came back. */
function drive(workers, ahead, send, arrived) {
  return new Promise((resolve) => {
    let done = 0
    for (const worker of workers) {
      worker.removeAllListeners('message')
      worker.on('message', (message) => {
        done += arrived(message)
        if (done === TASKS) resolve()
        else send(worker)
      })
      for (let i = 0; i < ahead; i++) send(worker)
    }
  })
}

async function raw(workers) {
  let next = 0
  const send = (worker) => {
    if (next < TASKS) worker.postMessage({ id: next, n: next++ })
  }
  await drive(workers, IN_FLIGHT, send, () => 1)
}

async function rawBatched(workers) {
  let next = 0
  const send = (worker) => {
    if (next >= TASKS) return
    const batch = []
    while (batch.length < BATCH && next < TASKS) batch.push({ id: next, n: next++ })
    worker.postMessage(batch)
  }
  await drive(workers, 4, send, (batch) => batch.length)
}

async function ours(backend) {
  const noop = async (n) => n
  let left = TASKS
  let finish
  const finished = new Promise((resolve) => {
    finish = resolve
  })
  const unsubscribe = backend.registerCallback((task, state) => {
    if (state === 'RUNNING') return
    if (state !== 'DONE' || task.returnValue !== task.args[0]) throw new Error(`${task.uid} ended ${state}`)
    if (--left === 0) finish()
  })
  const tasks = Array.from({ length: TASKS }, (_, i) => ({ uid: `task.${i}`, function: noop, args: [i] }))
  await backend.submitTasks(tasks)
  await finished
  unsubscribe()
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
const format = (value) => Math.round(value).toLocaleString('en')

const workers = startRaw()
const backend = await new DaskExecutionBackend({ nWorkers: WORKERS })
const contenders = {
  'raw postMessage, 100 in flight': () => raw(workers),
  'raw, batches of 100': () => rawBatched(workers),
  DaskExecutionBackend: () => ours(backend),
}
const rates = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))

for (let round = -1; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(contenders)) {
    const startedAt = performance.now()
    await run()
    // The first round warms up.
    if (round >= 0) rates[name].push((TASKS / (performance.now() - startedAt)) * 1000)
  }
}
await backend.shutdown()
await Promise.all(workers.map((worker) => worker.terminate()))

const own = median(rates.DaskExecutionBackend)
console.log(`${format(TASKS)} no-op tasks, ${WORKERS} workers, median of ${ROUNDS} rounds`)
for (const [name, values] of Object.entries(rates)) {
  console.log(
    `${name.padEnd(32)} ${format(median(values)).padStart(10)} tasks/s   ours / this: ${(own / median(values)).toFixed(2)}`,
  )
}
