/** Prints what was measured of a workload, and how it stands with its gates. */
export function report(title, tables, verdicts) {
  for (const [at, table] of tables.entries()) {
    console.log(`\n${title}: ${table.title}`)
    console.log(toText(table))
    for (const verdict of verdicts) if (verdict.table === at) console.log(lineOf(verdict))
  }
}

/** A gate in a line: what was measured, what it was compared with, what it should be, and whether it is. */
export function lineOf({ runtime, workload, title, of, ofRow, to, toRow, value, ok, unit, atLeast, atMost, goal }) {
  const what = to === undefined ? labelOf(of, ofRow) : `${labelOf(of, ofRow)} / ${labelOf(to, toRow)}`
  const measured = value === undefined ? 'not measured' : formatNumber(value)
  const bound = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`
  const where = title === undefined ? `${runtime} ${workload}` : `${runtime} ${workload}, ${title}`
  const hope = goal === undefined ? '' : `, goal ${goal}`
  return `  ${ok ? 'ok    ' : 'MISSED'}  ${where}: ${what}: ${measured}, ${bound}${unit === undefined ? '' : ` ${unit}`}${hope}`
}

/** What a gate asks for; and which row that was, where that depends. */
const labelOf = (asked, row = asked) => (row === asked ? asked : `${asked} (${row})`)

function toText({ rows, unit, better }) {
  const hasRatio = rows.some(({ ratio }) => ratio !== undefined)
  const hasTail = rows.some(({ p99 }) => p99 !== undefined)
  const head = [`${better} is better`, unit, ...(hasRatio ? ['ours/this'] : []), ...(hasTail ? ['p99'] : [])]
  const lines = rows.map(({ name, note, ratio, p99, ...row }) => [
    note ? `${name}, ${note}` : name,
    formatNumber(row.typical),
    ...(hasRatio ? [ratio.toFixed(2)] : []),
    ...(hasTail ? [formatNumber(p99)] : []),
  ])
  return align([head, ...lines])
}

function align(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))
  return lines.map((line) => `  ${line.map(pad).join('  ')}`).join('\n')
}

function formatNumber(value) {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(Math.abs(value) < 0.1 ? 3 : 2)
}
