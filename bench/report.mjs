import { WORKERS } from './contenders.mjs'
import { sizes } from './sizes.mjs'
import { summarize } from './summary.mjs'

const HEAD = ['', 'tasks/s', 'ours/this', 'round trip', 'ours/this', 'p99']

/** Prints what was measured in a runtime. */
export function report(runtime, results) {
  const lines = summarize(results).map(({ name, rate, rateRatio, trip, tripRatio, slowTrip }) => [
    name,
    format(rate),
    formatRatio(rateRatio),
    formatMicros(trip),
    formatRatio(tripRatio),
    formatMicros(slowTrip),
  ])
  const { tasks, trips, rounds } = sizes
  console.log(`\n${runtime}, ${WORKERS} workers, ${rounds} rounds of ${format(tasks)} tasks and ${format(trips)} round trips`)
  console.log(toTable([HEAD, ...lines]))
}

function toTable(lines) {
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))
  return lines.map((line) => line.map(pad).join('  ')).join('\n')
}

const NOT_MEASURED = '-'
const format = (value) => Math.round(value).toLocaleString('en')
const formatMicros = (value) => (value === undefined ? NOT_MEASURED : `${format(value)} µs`)
const formatRatio = (value) => value?.toFixed(2) ?? NOT_MEASURED
