export const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(values.length * q)]
export const median = (values) => quantile(values, 0.5)

/** How one row compares with another: their samples were taken in the same rounds, so they are compared round by round. */
export function ratioOf(row, other) {
  return median(row.samples.map((sample, round) => sample / other.samples[round]))
}
