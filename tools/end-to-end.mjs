import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { fromOutput, withExitCode } from './counts.mjs'
import { runNode } from './program.mjs'
import { root } from './root.mjs'

const TIMEOUT_MS = 10 * 60_000

// They wait as much as they work.
const AT_A_TIME = 2

/**
 * Runs each e2e/<name>/run.mjs, and with `isAll` each run-all.mjs, which take minutes. Prints of each what it printed when it
 * is over, and counts what they tested.
 *
 * Such a program MUST end its stdout with a line `N passed, N failed, N skipped`.
 */
export async function runEndToEnd(isAll) {
  const files = runners(isAll ? ['run', 'run-all'] : ['run'])
  const all = []
  const failures = []
  const lanes = Array.from({ length: AT_A_TIME }, async () => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      const { counts, failed } = await runOne(file)
      all.push(counts)
      failures.push(...failed)
    }
  })
  await Promise.all(lanes)
  // Once more, where they are not lost among all that went well.
  for (const line of failures) console.log(line)
  return all
}

async function runOne(file) {
  const startedAt = performance.now()
  const { code, output } = await runNode(file, [], { output: 'later', timeoutMs: TIMEOUT_MS })
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  console.log(`\n${file}, ${seconds} s\n${output.trimEnd()}`)
  const counts = fromOutput(output)
  if (!counts) console.log(`FAILED ${file}: it ended with exit code ${code} and no counts`)
  const failed = failuresIn(output).map((line) => `${line} (${file})`)
  if (counts?.passed === 0 && counts.failed === 0) failed.push(`NOTHING RAN in ${file}`)
  return { counts: withExitCode(counts, code), failed }
}

/** Each in a line, with what its error says. */
function failuresIn(output) {
  const lines = output.split(/\r?\n/)
  return lines.flatMap((line, index) => (line.startsWith('FAILED ') ? [`${line}: ${lines[index + 1] ?? ''}`] : []))
}

function runners(programs) {
  const folder = resolve(root, 'e2e')
  const names = existsSync(folder) ? readdirSync(folder).sort() : []
  const files = names.flatMap((name) => programs.map((program) => `e2e/${name}/${program}.mjs`))
  return files.filter((file) => existsSync(resolve(root, file)))
}
