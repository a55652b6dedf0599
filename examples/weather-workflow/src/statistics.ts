import type { Reading } from './readings.ts'

/** Temperatures, described; in °C. */
export interface Statistics {
  readonly count: number
  readonly mean: number
  readonly median: number
  /** Of the sample: divided by one less than there are. */
  readonly deviation: number
  readonly histogram: Histogram
}

export interface Histogram {
  /** Where the first bin begins. */
  readonly from: number
  readonly width: number
  readonly counts: readonly number[]
}

/** Wide enough for every station, so that their histograms can be compared. */
const BINS = { from: -20, width: 2.5, length: 22 }

export function describe(readings: readonly Reading[]): Statistics {
  const values = Float64Array.from(readings, ({ celsius }) => celsius)
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { count, mean, median: medianOf(values), deviation: Math.sqrt(squares / (count - 1)), histogram: histogramOf(values) }
}

export function medianOf(values: Float64Array): number {
  const sorted = values.toSorted()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function histogramOf(values: Float64Array): Histogram {
  const { from, width, length } = BINS
  const counts = Array<number>(length).fill(0)
  for (const value of values) counts[Math.max(0, Math.min(length - 1, Math.floor((value - from) / width)))]++
  return { from, width, counts }
}
