const WIDTHS = [22, 9, 12]

/** What was measured, for people. */
export function toText(result) {
  const { versions, workers, rounds, tasks, trips, ours, dask, rateRatio, rateRatioSpread, tripRatio, gate, ok } = result
  const [least, most] = rateRatioSpread.map(format)
  return [
    `Node ${versions.node} beside Python ${versions.python} with distributed ${versions.distributed}, ${workers} workers each`,
    `${rounds} rounds of ${format(tasks)} tasks and ${trips} round trips`,
    '',
    toLine('', 'tasks/s', 'round trip'),
    toLine('DaskExecutionBackend', format(ours.rate), formatMicros(ours.trip)),
    toLine("Python's LocalCluster", format(dask.rate), formatMicros(dask.trip)),
    toLine('ratio', format(rateRatio), tripRatio.toFixed(3)),
    '',
    `${ok ? 'ok' : 'MISSED'}: ${format(rateRatio)} × the tasks per second of Python Dask (${least} to ${most}), at least ${gate} × wanted`,
  ].join('\n')
}

function toLine(...cells) {
  return cells.map((cell, column) => (column === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[column]))).join(' ')
}

const format = (value) => Math.round(value).toLocaleString('en')
const formatMicros = (seconds) => `${format(seconds * 1e6)} µs`
