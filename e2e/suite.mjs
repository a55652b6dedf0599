import { fromOutput, sum, toLine } from '../tools/counts.mjs'

/**
 * Runs tests and the conformance cases, prints what became of them, and ends with the line that sums them up.
 *
 * @param tests functions by name; one that answers a text was skipped, and that is why
 * @param conformance answers what a program printed that ran the cases; absent where none are run
 */
export async function runSuite(tests, conformance) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const [name, test] of Object.entries(tests)) {
    try {
      const reason = await test()
      counts[reason === undefined ? 'passed' : 'skipped']++
      console.log(reason === undefined ? `ok ${name}` : `skipped: ${name}: ${reason}`)
    } catch (error) {
      counts.failed++
      console.log(`FAILED ${name}\n${error.stack}`)
    }
  }
  if (conformance === undefined) return console.log(toLine(counts))
  const output = await conformance()
  console.log(output.trimEnd())
  console.log(toLine(sum([counts, fromOutput(output)])))
}

/** Ends with that line where nothing of `what` can be run. */
export function skipAll(what, why) {
  console.log(`skipped: ${what}: ${why}`)
  console.log(toLine({ passed: 0, failed: 0, skipped: 1 }))
}
