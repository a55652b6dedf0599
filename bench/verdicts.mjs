import { BEST_PEER, GATES, HIGHEST, LOWEST } from './gates.mjs'
import { ratioOf } from './statistics.mjs'

/** What the gates of a workload say of its tables, whose rows are summarized. */
export function judge(runtime, workload, tables) {
  return gatesOf(runtime, workload).map((gate) => {
    const title = tables.length > 1 ? tables[gate.table].title : undefined
    return { ...verdictOn(gate, tables[gate.table]), title }
  })
}

/** What the gates of a workload say when it could not be measured: nothing good. */
export function judgeUnmeasured(runtime, workload) {
  return gatesOf(runtime, workload).map((gate) => ({ ...gate, ok: false }))
}

function gatesOf(runtime, workload) {
  return GATES.filter((gate) => gate.runtime === runtime && gate.workload === workload)
}

function verdictOn(gate, { rows, better, level }) {
  const row = find(gate.of, rows, better)
  const other = gate.to && find(gate.to, rows, better)
  const value = other === undefined ? row.typical : ratioOf(row, other, level)
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = gate
  return { ...gate, ofRow: row.name, toRow: other?.name, value, ok: value >= atLeast && value <= atMost }
}

function find(name, rows, better) {
  const found = (CHOICES[name] ?? named(name))(rows, better)
  if (found === undefined) throw new Error(`A gate asks for the row '${name}', which was not measured`)
  return found
}

const CHOICES = {
  [BEST_PEER]: (rows, better) => {
    const peers = sorted(rows.filter(({ role }) => role === 'peer'))
    return better === 'higher' ? peers.at(-1) : peers[0]
  },
  [HIGHEST]: (rows) => sorted(rows).at(-1),
  [LOWEST]: (rows) => sorted(rows)[0],
}

const named = (name) => (rows) => rows.find((row) => row.name === name)
const sorted = (rows) => rows.toSorted((a, b) => a.typical - b.typical)
