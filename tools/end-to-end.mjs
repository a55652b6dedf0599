import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { fromOutput, withExitCode } from './counts.mjs'
import { runNode } from './program.mjs'
import { root } from './root.mjs'

const TIMEOUT_MS = 5 * 60_000

/**
 * Runs each e2e/<name>/run.mjs, and with `isAll` each run-all.mjs, which take minutes: live on the screen. Counts what they
 * tested.
 *
 * Such a program MUST end its stdout with a line `N passed, N failed, N skipped`.
 */
export async function runEndToEnd(isAll) {
  const all = []
  const failures = []
  for (const file of runners(isAll ? ['run', 'run-all'] : ['run'])) {
    console.log(`\n${file}`)
    const startedAt = performance.now()
    const { code, output } = await runNode(file, [], { output: 'both', timeoutMs: TIMEOUT_MS })
    console.log(`${Math.round((performance.now() - startedAt) / 1_000)} s`)
    const counts = fromOutput(output)
    if (!counts) console.log(`FAILED ${file}: it ended with exit code ${code} and no counts`)
    all.push(withExitCode(counts, code))
    failures.push(...failuresIn(output).map((line) => `${line} (${file})`))
  }
  // Once more, where they are not lost among all that went well.
  for (const line of failures) console.log(line)
  return all
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
