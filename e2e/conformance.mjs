import { conformance } from '../build/test/conformance/index.js'
import { concerns, runCase, skipReason } from '../build/test/conformance/subject.js'

export * from '../build/test/conformance/limits.js'
export { subjectOf } from '../build/test/conformance/subject.js'

const CASE_MS = 60_000

/**
 * Runs the cases that apply, prints those that fail, and ends with the line that sums them up.
 *
 * @param applies which those are, where not all of its kind
 * @param whyNot why one of them is skipped beside what its runtime cannot do
 */
export async function runConformance(subject, { applies = (test) => concerns(test, subject), whyNot = () => undefined } = {}) {
  let passed = 0
  let failed = 0
  let skipped = 0
  for (const test of conformance.filter(applies)) {
    const reason = skipReason(test, subject) ?? whyNot(test)
    if (reason !== undefined) {
      skipped++
      console.log(`skipped: ${test.name}: ${reason}`)
      continue
    }
    try {
      await within(CASE_MS, runCase(test, subject))
      passed++
    } catch (error) {
      failed++
      console.log(`FAILED ${test.name}\n${error?.stack ?? error}`)
    }
  }
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  return failed
}

async function within(ms, promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
