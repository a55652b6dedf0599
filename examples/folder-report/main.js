// Reads every file of a folder on all cores; says what is in it, and what the cores were good for.

import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DaskExecutionBackend } from 'daskflow'
import { compareSpeed } from './compare-speed.js'
import { LEFT_OUT, listFiles } from './list-files.js'
import { createProgress } from './progress.js'
import { describeFailure, describeFolder, describeNoSpeedUp, describeSpeed, printable } from './report.js'
import { measureTask, runTasks } from './tasks.js'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

const USAGE = `Usage: npm start [-- folder]
       npm start -- --help

Measures every file under the folder (default: this repository) on all cores: its bytes, lines, words and SHA-256.
Then compares the speed with that of one worker.

Folders named ${LEFT_OUT.join(', ')} are left out.
Exit code: 0, or 1 when something could not be read, 2 for a wrong command line, 130 after Ctrl-C.`

const interruption = new AbortController()
process.once('SIGINT', () => interruption.abort())

try {
  process.exitCode = await main(process.argv.slice(2), interruption.signal)
} catch (error) {
  if (!interruption.signal.aborted) throw error
  console.error('Interrupted')
  process.exitCode = 130
}

/** Answers the exit code. */
async function main(args, signal) {
  const { mistake, help, folder } = readArguments(args)
  if (mistake !== undefined) {
    console.error(`${printable(mistake)} (--help says more)`)
    return 2
  }
  if (help) {
    console.log(USAGE)
    return 0
  }
  const { paths, failures } = await listFiles(folder, signal)
  for (const failure of failures) console.error(describeFailure(folder, failure))
  if (paths.length === 0) {
    if (failures.length > 0) return 1
    console.log(`There are no files in ${printable(folder)}`)
    return 0
  }
  const unread = failures.length + (await reportFiles(folder, paths, signal))
  if (unread === 0) return 0
  console.error(`Could not be read, and not counted: ${unread}`)
  return 1
}

/** Measures the files, prints the report and answers how many could not be read. */
async function reportFiles(folder, paths, signal) {
  const nWorkers = availableParallelism()
  const backend = await new DaskExecutionBackend({ nWorkers })
  try {
    const { files, failures, seconds } = await measureFiles(backend, paths, signal)
    for (const failure of failures) console.error(describeFailure(folder, failure))
    if (files.length > 0) console.log(describeFolder(folder, files, seconds))
    if (files.length > 1 && nWorkers > 1) {
      console.error('\nMeasuring the speed-up over one worker …')
      console.log(describeSpeed(await compareSpeed(backend, nWorkers, { files, seconds }, signal)))
    } else if (files.length > 0) {
      console.log(describeNoSpeedUp(nWorkers, files, seconds))
    }
    return failures.length
  } finally {
    await backend.shutdown()
  }
}

/** Runs a task for each file, and shows how far it is. */
async function measureFiles(backend, paths, signal) {
  const files = []
  const failures = []
  const tasks = paths.map((path) => measureTask(path))
  const progress = createProgress(paths.length)
  const startedAt = performance.now()
  try {
    await runTasks(backend, tasks, signal, ({ state, args: [path], returnValue, exception }) => {
      if (state === 'DONE') files.push({ path, ...returnValue })
      else failures.push({ path, error: exception })
      progress.advance()
    })
  } finally {
    progress.stop()
  }
  return { files, failures, seconds: (performance.now() - startedAt) / 1_000 }
}

function readArguments(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    })
    if (positionals.length > 1) return { mistake: `One folder at a time: got ${positionals.length}` }
    return { help: values.help, folder: resolve(positionals[0] ?? REPOSITORY) }
  } catch (error) {
    // The first sentence names the option; the others are of no help here.
    return { mistake: error.message.split('. ')[0] }
  }
}
