import { median } from './measure.mjs'

/** How many times the rate of Python Dask ours must have. */
const GATE = 100

/** What the rounds come to: medians, and the ratios of ours to Python Dask's, compared round by round. */
export function summarize(rounds) {
  const medians = (name) => ({
    rate: median(rounds.map((round) => round[name].rate)),
    trip: median(rounds.map((round) => round[name].trip)),
  })
  const rateRatios = rounds.map(({ ours, dask }) => ours.rate / dask.rate)
  const tripRatios = rounds.map(({ ours, dask }) => ours.trip / dask.trip)
  const rateRatio = median(rateRatios)
  return {
    ours: medians('ours'),
    dask: medians('dask'),
    rateRatio,
    rateRatioSpread: [Math.min(...rateRatios), Math.max(...rateRatios)],
    tripRatio: median(tripRatios),
    gate: GATE,
    ok: rateRatio >= GATE,
  }
}
