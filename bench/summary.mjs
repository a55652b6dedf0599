import { OURS } from './contenders.mjs'

/** What the measured times of a runtime come to, for each contender. Ratios are ours / this, compared turn by turn. */
export function summarize(results) {
  const ours = results.find(({ name }) => name === OURS)
  return results.map(({ name, rates, trips }) => ({
    name,
    rate: median(rates),
    rateRatio: median(ratios(ours.rates, rates)),
    trip: median(trips.flat()),
    tripRatio: median(ratios(ours.trips.map(median), trips.map(median))),
    slowTrip: quantile(trips.flat(), 0.99),
  }))
}

const ratios = (ours, theirs) => theirs.map((value, turn) => ours[turn] / value)
const median = (values) => quantile(values, 0.5)
const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(values.length * q)]
