// Reads every file of a folder on all cores, says what is in it, and what the cores were good for: npm start [-- folder]

import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DaskExecutionBackend } from 'daskflow'
import { compareSpeed } from './compare-speed.js'
import { LEFT_OUT, listFiles, whyNoFolder } from './list-files.js'
import { createProgress } from './progress.js'
import { describeFailure, describeFolder, describeSpeed, plural, printable } from './report.js'
import { measureTask, runTasks } from './tasks.js'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

const USAGE = `Usage: npm start [-- folder]

Measures every file under the folder on all cores: bytes, lines, words and SHA-256.
Then measures the same files on one worker and prints the speed-up.

  folder      default: this repository
  -h, --help  prints this

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

/** Resolves with the exit code. */
async function main(args, signal) {
  const { help, folder, mistake } = readArguments(args)
  if (mistake !== undefined) return refuse(2, mistake)
  if (help) {
    console.log(USAGE)
    return 0
  }
  const reason = await whyNoFolder(folder)
  if (reason !== undefined) return refuse(1, `cannot read ${folder}: ${reason}`)

  const { paths, failures } = await listFiles(folder, signal)
  if (paths.length > 0) failures.push(...(await reportFiles(folder, paths, signal)))
  else if (failures.length === 0) console.log(`${printable(folder)} has no files to read.`)
  else for (const failure of failures) console.error(describeFailure(folder, failure))

  if (failures.length === 0) return 0
  console.error(`${plural(failures.length, 'entry', 'entries')} could not be read`)
  return 1
}
