import { check } from './check.mjs'
import { sum, toLine } from './counts.mjs'
import { runEndToEnd } from './end-to-end.mjs'
import { installRuntimes } from './runtimes.mjs'
import { setUp } from './setup.mjs'
import { runVitest } from './vitest.mjs'

/** Runs the tests, with `isAll` those that take minutes as well; or with `filters` only those in files that match them. */
async function test(isAll, filters) {
  if (!(await setUp())) return [{ passed: 0, failed: 1, skipped: 0 }]
  if (filters.length > 0) return [await runVitest(filters)]
  await installRuntimes(isAll)
  return [await check(), await runVitest([]), ...(await runEndToEnd(isAll))]
}

const given = process.argv.slice(2)
const filters = given.filter((arg) => arg !== '--all')
const total = sum(await test(filters.length < given.length, filters))
if (total.failed > 0) process.exitCode = 1
// The last line is what other programs read, so nothing may follow it.
console.log(toLine(total))
