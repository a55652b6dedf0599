const LINE = /^(\d+) passed, (\d+) failed, (\d+) skipped$/

/** Adds up how many tests passed, failed and were skipped. */
export function sum(parts) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const part of parts) for (const key of Object.keys(total)) total[key] += part[key]
  return total
}

/**
 * Makes sure that what ended badly counts as a failure, whatever it reported: `counts` is undefined if it reported
 * nothing.
 */
export function withExitCode(counts, code) {
  if (!counts) return { passed: 0, failed: 1, skipped: 0 }
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

export function toLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** Reads the counts from the last line of a program's output; undefined if that line holds none. */
export function fromOutput(output) {
  const match = output.trimEnd().split(/\r?\n/).at(-1).match(LINE)
  if (!match) return undefined
  const [passed, failed, skipped] = match.slice(1).map(Number)
  return { passed, failed, skipped }
}
