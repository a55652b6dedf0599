import { toLine } from '../tools/counts.mjs'

/**
 * Prints what was tried as it comes, and ends with the line that sums it up. Answers how many failed.
 *
 * @param outcomes each has the `name` of what was tried, its `outcome` (`'passed'`, `'failed'`, `'skipped'`), what it `says`
 * (of a skip: why), and the `line` to print, where there is one
 */
export async function printOutcomes(outcomes, print = console.log) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for await (const { outcome, line } of outcomes) {
    counts[outcome]++
    if (line !== undefined) print(line)
  }
  print(toLine(counts))
  return counts.failed
}
