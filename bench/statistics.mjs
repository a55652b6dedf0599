export const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(values.length * q)]
export const median = (values) => quantile(values, 0.5)
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** How one row compares with another: their samples were taken in the same rounds, so they are compared round by round. */
export function ratioOf(row, other) {
  return median(row.samples.map((sample, round) => sample / other.samples[round]))
}

/** The rows of a table with what their samples come to, and how ours compares with each, where ours is one of them. */
export function summarize(rows) {
  const ours = rows.find(({ role }) => role === 'ours')
  return rows.map((row) => ({ ...row, median: median(row.samples), ratio: ours && ratioOf(ours, row) }))
}
