import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from '../tools/root.mjs'
import { environment } from './environment.mjs'
import { lineOf, report } from './report.mjs'
import { summarize } from './statistics.mjs'
import { judge } from './verdicts.mjs'

/** Prints what was measured of a workload, and how it stands with its gates. Answers both. */
export function conclude(runtime, workload, { version, tables: measured }) {
  const tables = measured.map(summarize)
  const verdicts = judge(runtime, workload, tables)
  report(`${runtime} ${version}, ${workload}`, tables, verdicts)
  return { runtime, version, workload, tables, verdicts }
}

/** Writes all that was measured into a file, and prints which gates are missed. Answers those. */
export function keep(results, file) {
  const missed = results.flatMap(({ verdicts }) => verdicts.filter(({ ok }) => !ok))
  mkdirSync(resolve(root, 'build'), { recursive: true })
  writeFileSync(resolve(root, file), `${JSON.stringify({ ...environment(), results, missed }, null, 2)}\n`)
  console.log(`\nAll samples are in ${file}.`)
  console.log(missed.length === 0 ? '\nNo gate is missed.' : `\nMissed:\n${missed.map(lineOf).join('\n')}`)
  return missed
}
