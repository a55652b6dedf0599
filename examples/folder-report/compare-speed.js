import { DaskExecutionBackend } from 'daskflow'
import { measureTask, runTasks } from './tasks.js'

// A pass of one worker takes at least so long: less would measure the noise.
const PASS_MS = 300
// One that takes this long need not be repeated.
const LONG_PASS_MS = 1_000
// One that would take longer is made with a part of the files.
const MAX_PASS_MS = 10_000
const ROUNDS = 3

/**
 * Measures how many tasks per second a backend runs, and how many one worker does: the same files on both, in turns.
 *
 * Both are warm by then: the passes that find out how many tasks fill one are not counted.
 *
 * @param {DaskExecutionBackend} backend
 * @param {number} nWorkers the workers of the backend
 * @param {{ files: { path: string }[], seconds: number }} reading what the backend has read, and in what time
 * @param {AbortSignal} signal
 */
export async function compareSpeed(backend, nWorkers, { files, seconds }, signal) {
  const paths = sample(files, nWorkers, 1_000 * seconds * nWorkers)
  const oneWorker = await new DaskExecutionBackend({ nWorkers: 1 })
  try {
    let enough = 1
    while ((await timePass(oneWorker, paths, enough, signal)) < PASS_MS) enough *= 2
    await timePass(backend, paths, enough, signal)
    const repeats = Math.ceil(enough / paths.length)
    const tasks = paths.length * repeats
    const oneMs = []
    const allMs = []
    do {
      oneMs.push(await timePass(oneWorker, paths, tasks, signal))
      allMs.push(await timePass(backend, paths, tasks, signal))
    } while (oneMs.length < ROUNDS && oneMs[0] < LONG_PASS_MS)
    const [one, all] = [oneMs, allMs].map((passes) => (1_000 * tasks) / median(passes))
    return { nWorkers, all, one, sampled: paths.length, of: files.length, repeats, rounds: oneMs.length }
  } finally {
    await oneWorker.shutdown()
  }
}

/** Milliseconds that a backend takes for so many tasks, which go round the files. */
async function timePass(backend, paths, count, signal) {
  const tasks = Array.from({ length: count }, (_, i) => measureTask(paths[i % paths.length], `task.${i}`))
  const startedAt = performance.now()
  await runTasks(backend, tasks, signal)
  return performance.now() - startedAt
}

/** Every so many files, where one worker would need too long for all, but not so few that workers would be idle. */
function sample(files, nWorkers, oneWorkerMs) {
  const affordable = oneWorkerMs / MAX_PASS_MS
  const useful = files.length / (4 * nWorkers)
  const step = Math.max(1, Math.floor(Math.min(affordable, useful)))
  return files.filter((_, i) => i % step === 0).map(({ path }) => path)
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
}
