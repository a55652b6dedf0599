import { fromOutput, sum, toLine } from '../tools/counts.mjs'

/**
 * Runs tests, and what prints such lines itself, prints what became of them, and ends with the line that sums them up.
 *
 * @param tests functions by name; one that answers a text was skipped, and that is why
 * @param programs each answers what a program printed that ran the conformance cases, or tried the faults
 */
export async function runSuite(tests, ...programs) {
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
  const all = [counts]
  for (const program of programs) {
    const output = await program()
    console.log(output.trimEnd())
    all.push(fromOutput(output))
  }
  console.log(toLine(sum(all)))
}

/** Ends with that line where nothing of `what` can be run. */
export function skipAll(what, why) {
  console.log(`skipped: ${what}: ${why}`)
  console.log(toLine({ passed: 0, failed: 0, skipped: 1 }))
}
