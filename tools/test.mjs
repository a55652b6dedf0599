import { check } from './check.mjs'
import { sum, toLine } from './counts.mjs'
import { runEndToEnd } from './end-to-end.mjs'
import { installRuntimes } from './runtimes.mjs'
import { setUp } from './setup.mjs'
import { runVitest } from './vitest.mjs'

/** Runs everything, or with `filters` only the tests in files that match them. */
async function test(filters) {
  if (!(await setUp())) return [{ passed: 0, failed: 1, skipped: 0 }]
  if (filters.length > 0) return [await runVitest(filters)]
  await installRuntimes()
  return [await check(), await runVitest([]), ...(await runEndToEnd())]
}

const total = sum(await test(process.argv.slice(2)))
if (total.failed > 0) process.exitCode = 1
// The last line is what other programs read, so nothing may follow it.
console.log(toLine(total))
