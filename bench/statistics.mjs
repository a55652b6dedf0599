export const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(values.length * q)]
export const median = (values) => quantile(values, 0.5)
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * For what is over in microseconds. To wake a thread takes several times longer when its core has fallen asleep, on a virtual
 * machine most of all; whether it has is decided by what else the machine does, and changes from turn to turn. What the
 * software takes is to be seen where it has not.
 */
export const LOWEST_TENTH = 0.1

/**
 * How one row compares with another: their samples were taken in the same rounds, so they are compared round by round,
 * unless it is a `level` of all of them that counts.
 */
export function ratioOf(row, other, level) {
  if (level !== undefined) return quantile(row.samples, level) / quantile(other.samples, level)
  return median(row.samples.map((sample, round) => sample / other.samples[round]))
}

/**
 * A table with what the samples of each row come to (the median, unless the table has another `level`), and how ours
 * compares with it, where ours is one of them.
 */
export function summarize({ rows, level, ...table }) {
  const ours = rows.find(({ role }) => role === 'ours')
  const summaryOf = (row) => ({
    ...row,
    typical: quantile(row.samples, level ?? 0.5),
    ratio: ours && ratioOf(ours, row, level),
  })
  return { ...table, level, rows: rows.map(summaryOf) }
}
