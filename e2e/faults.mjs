import { lineOf, tryFaults } from '../build/test/faults/run.js'
import { printOutcomes } from './outcomes.mjs'

export * from '../build/test/conformance/limits.js'
export { subjectOf } from '../build/test/conformance/subject.js'

/** Tries the faults that apply, prints what became of them, and ends with the line that sums them up. */
export const runFaults = (subject) => printOutcomes(outcomesOf(subject))

/** Tries the faults that apply, one after the other, and tells what became of each. */
export async function* outcomesOf(subject) {
  for await (const tried of tryFaults(subject)) {
    const outcome = tried.skipped !== undefined ? 'skipped' : tried.wrongs.length === 0 ? 'passed' : 'failed'
    yield { name: tried.fault.name, outcome, says: tried.skipped ?? lineOf(tried), line: lineOf(tried) }
  }
}
