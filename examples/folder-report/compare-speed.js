import { DaskExecutionBackend } from 'daskflow'
import { measureTask, runTasks } from './tasks.js'

// A pass of one worker takes at least so long: less would measure the noise.
const PASS_MS = 400
// One that takes this long need not be repeated.
const LONG_PASS_MS = 1_000
const ROUNDS = 3
// Of a large folder this much is enough to go by. One worker alone would take very long for all of it.
const MAX_FILES = 20_000
const MAX_BYTES = 500_000_000

/**
 * Measures how many tasks per second a backend runs, and how many one worker does: the same files on both, in turns.
 *
 * Both are warm: the backend has read all files before, and one worker does so in passes that are not counted.
 *
 * @param {DaskExecutionBackend} backend
 * @param {number} nWorkers its workers
 * @param {{ path: string, bytes: number }[]} files
 * @param {AbortSignal} signal
 */
export async function compareSpeed(backend, nWorkers, files, signal) {
  const paths = sample(files, nWorkers)
  const oneWorker = await new DaskExecutionBackend({ nWorkers: 1 })
  try {
    let repeats = 1
    let ms = await timePass(oneWorker, paths, repeats, signal)
    while (ms < PASS_MS) {
      repeats *= 2
      ms = await timePass(oneWorker, paths, repeats, signal)
    }
    const rounds = ms < LONG_PASS_MS ? ROUNDS : 1
    const oneMs = []
    const allMs = []
    for (let round = 0; round < rounds; round++) {
      oneMs.push(await timePass(oneWorker, paths, repeats, signal))
      allMs.push(await timePass(backend, paths, repeats, signal))
    }
    const tasks = paths.length * repeats
    const perSecond = (passesMs) => (1_000 * tasks) / median(passesMs)
    return { nWorkers, all: perSecond(allMs), one: perSecond(oneMs), sampled: paths.length, of: files.length, repeats, rounds }
  } finally {
    await oneWorker.shutdown()
  }
}

/** Milliseconds that a backend takes to measure each file `repeats` times. */
async function timePass(backend, paths, repeats, signal) {
  const tasks = Array.from({ length: repeats }, (_, i) => paths.map((path) => measureTask(path, `${i} ${path}`))).flat()
  const startedAt = performance.now()
  await runTasks(backend, tasks, signal)
  return performance.now() - startedAt
}

/** Every so many files of a large folder, but not so few that workers would be idle. */
function sample(files, nWorkers) {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const tooMany = Math.max(files.length / MAX_FILES, bytes / MAX_BYTES)
  const affordable = files.length / (4 * nWorkers)
  const step = Math.max(1, Math.floor(Math.min(tooMany, affordable)))
  return files.filter((_, i) => i % step === 0).map(({ path }) => path)
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
}
