import { BEST_PEER, GATES } from './gates.mjs'
import { median, ratioOf } from './statistics.mjs'

/** What the gates of a workload say of its tables. */
export function judge(runtime, workload, tables) {
  return gatesOf(runtime, workload).map((gate) => verdictOn(gate, tables[gate.table]))
}

/** What the gates of a workload say when it could not be measured: nothing good. */
export function judgeUnmeasured(runtime, workload) {
  return gatesOf(runtime, workload).map((gate) => ({ ...gate, ok: false }))
}

function gatesOf(runtime, workload) {
  return GATES.filter((gate) => gate.runtime === runtime && gate.workload === workload)
}

function verdictOn(gate, { rows, better }) {
  const row = find(rows, gate.of, better)
  const other = gate.to && find(rows, gate.to, better)
  const value = other === undefined ? median(row.samples) : ratioOf(row, other)
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = gate
  return { ...gate, of: row.name, toRow: other?.name, value, ok: value >= atLeast && value <= atMost }
}

function find(rows, name, better) {
  const found = name === BEST_PEER ? bestOf(rows, better) : rows.find((row) => row.name === name)
  if (found === undefined) throw new Error(`A gate asks for the row '${name}', which was not measured`)
  return found
}

function bestOf(rows, better) {
  const sorted = rows.filter(({ role }) => role === 'peer').toSorted((a, b) => median(a.samples) - median(b.samples))
  return better === 'higher' ? sorted.at(-1) : sorted[0]
}
