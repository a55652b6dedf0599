import { lineOf, tryFaults } from '../build/test/faults/run.js'

export * from '../build/test/conformance/limits.js'
export { subjectOf } from '../build/test/conformance/subject.js'

/** Tries the faults that apply, prints what became of them, and ends with the line that sums them up. */
export async function runFaults(subject) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for await (const tried of tryFaults(subject)) {
    counts[tried.skipped !== undefined ? 'skipped' : tried.wrongs.length === 0 ? 'passed' : 'failed']++
    console.log(lineOf(tried))
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
}
