import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from '../../tools/root.mjs'

const GUIDE = 'docs/guide/csp.md'

/** The rows of the guide's table: a policy, and by column whether it works (`'yes'`) or which directive forbids it. */
export function readTable() {
  const lines = readFileSync(resolve(root, GUIDE), 'utf8').split('\n')
  const start = lines.findIndex((line) => /^\| policy /.test(line))
  if (start === -1) throw new Error(`${GUIDE} has no table of policies`)
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'))
  const [head, , ...rows] = lines.slice(start, end).map(cellsOf)
  return rows.map(([policy, ...cells]) => ({ policy, answers: cells.map((cell, i) => [head[i + 1], cell]) }))
}

const cellsOf = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.replaceAll('`', '').trim())
