import { strict as assert } from 'node:assert'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../tools/program.mjs'
import { programOf } from '../../tools/runtimes.mjs'
import { makeScratch, removeScratch } from '../scratch.mjs'
import { guideTo, makeFolder, startOf } from './app.mjs'
import { runTool } from './tools.mjs'

// Deno fetches what an executable is made from, when it is first asked for one.
const NOT_FETCHED = /denort[\s\S]*error sending request/

/** Makes an executable of the guide's script, as the guide says, and runs it where there is nothing else. */
export async function seeExecutable(consumer, runtime, howToInstall) {
  if (programOf(runtime) === undefined) return howToInstall
  const app = makeFolder(consumer, `executable-${runtime}`, { 'primes.mjs': startOf('Node').files['primes.mjs'] })
  const command = guideTo('One executable').commands.find((command) => command.startsWith(runtime))
  const refusal = await runTool(app, command).then(
    () => undefined,
    ({ message }) => message,
  )
  if (NOT_FETCHED.test(refusal)) return 'Deno could not fetch its denort; DENORT_BIN names one that is here'
  if (refusal !== undefined) throw new Error(refusal)
  const empty = makeScratch('executable')
  try {
    const program = join(empty, 'primes')
    renameSync(join(app, 'primes'), program)
    const { code, output } = await run(program, [], { cwd: empty, timeoutMs: 60_000 })
    assert.equal(code, 0, output)
    for (const line of [/a part 78498/, /a part 70435/, /total 148933/]) assert.match(output, line)
  } finally {
    removeScratch(empty)
  }
}
