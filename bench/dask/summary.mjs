import { median } from './measure.mjs'

export const OURS = 'DaskExecutionBackend'
export const DASK = "Python Dask's LocalCluster"

/** How many times the tasks per second of Python Dask, as it comes, ours must have. */
const GATE = 100

/** What the rounds come to: medians; and the ratios of ours to each, compared round by round. */
export function summarize(rounds) {
  const contenders = Object.keys(rounds[0]).map((name) => summarizeOne(rounds, name))
  const { rateRatio, rateRatios } = contenders.find(({ name }) => name === DASK)
  return {
    contenders,
    ratio: rateRatio,
    least: Math.min(...rateRatios),
    most: Math.max(...rateRatios),
    gate: GATE,
    ok: rateRatio >= GATE,
  }
}

function summarizeOne(rounds, name) {
  const rateRatios = rounds.map((round) => round[OURS].rate / round[name].rate)
  const tripRatios = rounds.map((round) => round[OURS].trip / round[name].trip)
  return {
    name,
    rate: median(rounds.map((round) => round[name].rate)),
    rateRatio: median(rateRatios),
    rateRatios,
    trip: median(rounds.map((round) => round[name].trip)),
    tripRatio: median(tripRatios),
  }
}
