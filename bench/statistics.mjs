export const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(values.length * q)]
export const median = (values) => quantile(values, 0.5)
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * For what is over in microseconds: a thread that has to be woken on a core that sleeps takes several times longer, on a
 * virtual machine most of all, and which core it is on is nobody's doing. What the software takes is in the faster half.
 */
export const LATENCY = 0.25

/** What the samples of a row come to: the median, unless the row names another `level`. */
const typicalOf = ({ samples, level = 0.5 }) => quantile(samples, level)

/**
 * How one row compares with another: their samples were taken in the same rounds, so they are compared round by round,
 * unless it is a level of all of them that counts.
 */
export function ratioOf(row, other) {
  if (row.level !== undefined) return typicalOf(row) / typicalOf(other)
  return median(row.samples.map((sample, round) => sample / other.samples[round]))
}

/** The rows of a table with what their samples come to, and how ours compares with each, where ours is one of them. */
export function summarize(rows) {
  const ours = rows.find(({ role }) => role === 'ours')
  return rows.map((row) => ({ ...row, typical: typicalOf(row), ratio: ours && ratioOf(ours, row) }))
}
