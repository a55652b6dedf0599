const HEAD = ['', 'tasks/s', 'ours/this', 'round trip', 'ours/this']
const WIDTHS = [38, 9, 11, 12, 11]

/** What was measured, for people. */
export function toText({ node, python, distributed, workers, rounds, tasks, trips, contenders, ...verdict }) {
  const lines = contenders.map(({ name, rate, rateRatio, trip, tripRatio }) => [
    name,
    format(rate),
    formatRatio(rateRatio),
    `${format(trip * 1e6)} µs`,
    formatRatio(tripRatio),
  ])
  return [
    `Node ${node} beside Python ${python} with distributed ${distributed}, ${workers} workers each`,
    `${rounds} rounds of ${format(tasks)} tasks and ${format(trips)} round trips`,
    '',
    ...[HEAD, ...lines].map(toLine),
    '',
    toVerdict(verdict),
  ].join('\n')
}

function toVerdict({ ok, ratio, least, most, gate }) {
  const spread = `${format(least)} to ${format(most)}`
  return `${ok ? 'ok' : 'MISSED'}: ${format(ratio)} × the tasks per second of Python Dask (${spread}); the gate is ${gate} ×`
}

function toLine(cells) {
  return cells.map((cell, column) => (column === 0 ? cell.padEnd(WIDTHS[column]) : cell.padStart(WIDTHS[column]))).join('')
}

const format = (value) => Math.round(value).toLocaleString('en')
const formatRatio = (value) => (value < 10 ? value.toFixed(3) : format(value))
