import type { Statistics } from './statistics.ts'

/** What the stations are beside each other. */
export interface Comparison {
  readonly count: number
  readonly warmest: string
  readonly coldest: string
  /** Of the means of those two, in °C. */
  readonly difference: number
  /** Whose temperatures vary least. */
  readonly steadiest: string
}

export function compare(stations: Readonly<Record<string, Statistics>>): Comparison {
  const all = Object.entries(stations).map(([station, statistics]) => ({ station, ...statistics }))
  const byMean = all.toSorted((a, b) => a.mean - b.mean)
  const byDeviation = all.toSorted((a, b) => a.deviation - b.deviation)
  const [coldest, warmest] = [byMean[0], byMean[byMean.length - 1]]
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    warmest: warmest.station,
    coldest: coldest.station,
    difference: warmest.mean - coldest.mean,
    steadiest: byDeviation[0].station,
  }
}
