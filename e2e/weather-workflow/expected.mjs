import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from '../../tools/root.mjs'

const FILE = resolve(root, 'examples/weather-workflow/src/readings.csv')
const BINS = 22
const WEEK = 28
const RESAMPLES = 1000

/** What the page should say of a station, computed in another way than it does. */
export function describeStation(station) {
  const values = goodReadings(station).map(({ celsius }) => celsius)
  const count = values.length
  const [sum, squares] = [sumOf(values), sumOf(values.map((value) => value ** 2))]
  const histogram = Array.from({ length: BINS }, (_, i) => {
    const from = -20 + 2.5 * i
    return values.filter((value) => value >= from && value < from + 2.5).length
  })
  const deviation = Math.sqrt((squares - sum ** 2 / count) / (count - 1))
  return { count, mean: sum / count, median: quantile(values, 0.5), deviation, histogram }
}

/** By how much a station is warmer than another: the median, and its interval by a bootstrap that draws other numbers. */
export function describeGap(station, other) {
  const others = Object.fromEntries(goodReadings(other).map(({ time, celsius }) => [time, celsius]))
  const gaps = goodReadings(station).flatMap(({ time, celsius }) => (time in others ? [celsius - others[time]] : []))
  const ring = [...gaps, ...gaps]
  const medians = Array.from({ length: RESAMPLES }, () => {
    const starts = Array.from({ length: Math.ceil(gaps.length / WEEK) }, () => Math.floor(Math.random() * gaps.length))
    return quantile(
      starts.flatMap((start) => ring.slice(start, start + WEEK)),
      0.5,
    )
  })
  return { median: quantile(gaps, 0.5), low: quantile(medians, 0.025), high: quantile(medians, 0.975) }
}

function goodReadings(station) {
  const cells = [...readFileSync(FILE, 'utf8').matchAll(/^(\S+),(\w+),(-?[\d.]*),good$/gm)]
  return cells.filter((cell) => cell[2] === station).map(([, time, , celsius]) => ({ time, celsius: Number(celsius) }))
}

const sumOf = (values) => values.reduce((sum, value) => sum + value, 0)

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = share * (sorted.length - 1)
  return (sorted[Math.floor(at)] + sorted[Math.ceil(at)]) / 2
}
