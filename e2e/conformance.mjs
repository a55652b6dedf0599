import { conformance } from '../build/test/conformance/index.js'
import { concerns, runCase, skipReason } from '../build/test/conformance/subject.js'
import { printOutcomes } from './outcomes.mjs'

export * from '../build/test/conformance/limits.js'
export { concerns, subjectOf } from '../build/test/conformance/subject.js'

const CASE_MS = 60_000

/** Runs the cases that apply, prints those that fail, and ends with the line that sums them up. Takes what `tryCases` does. */
export const runConformance = (subject, which) => printOutcomes(tryCases(subject, which))

/**
 * Runs the cases that apply, one after the other, and tells what became of each.
 *
 * @param applies which those are, where not all of its kind
 * @param whyNot why one of them is skipped beside what its runtime cannot do
 */
export async function* tryCases(subject, { applies = (test) => concerns(test, subject), whyNot = () => undefined } = {}) {
  for (const test of conformance.filter(applies)) yield { name: test.name, ...(await tryCase(test, subject, whyNot)) }
}

async function tryCase(test, subject, whyNot) {
  const reason = skipReason(test, subject) ?? whyNot(test)
  if (reason !== undefined) return { outcome: 'skipped', says: reason, line: `skipped: ${test.name}: ${reason}` }
  try {
    await within(CASE_MS, runCase(test, subject))
    return { outcome: 'passed', says: '' }
  } catch (error) {
    const says = textOf(error)
    return { outcome: 'failed', says, line: `FAILED ${test.name}\n${says}` }
  }
}

// Only some engines begin the stack with the message.
function textOf(error) {
  const stack = String(error?.stack ?? error)
  return stack.includes(error?.message ?? '') ? stack : `${error}\n${stack}`
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
