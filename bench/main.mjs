// Measures the packed package beside its peers: all workloads in all runtimes, or those that the arguments name.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { Consumer } from '../e2e/consumer.mjs'
import { installPeers } from '../tools/peers.mjs'
import { run } from '../tools/program.mjs'
import { root } from '../tools/root.mjs'
import { installRuntimes } from '../tools/runtimes.mjs'
import { environment } from './environment.mjs'
import { lineOf, report } from './report.mjs'
import { RUNTIMES } from './runtimes.mjs'
import { parseSelection } from './selection.mjs'
import { summarize } from './statistics.mjs'
import { judge, judgeUnmeasured } from './verdicts.mjs'
import { WORKERS } from './workers.mjs'

const WORKLOAD_MS = 3 * 60_000
const RESULT = 'build/bench.json'

try {
  const { check, parts } = parseSelection(process.argv.slice(2))
  const { missed, failed } = await measureAll(parts)
  if (failed || (check && missed.length > 0)) process.exitCode = 1
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

async function measureAll(parts) {
  await installPeers()
  if (parts.some(({ runtime }) => runtime !== 'node')) await installRuntimes()
  const { folder } = await Consumer.create()
  cpSync(resolve(root, 'bench'), join(folder, 'bench'), { recursive: true })
  console.log(`${WORKERS} workers each. Ratios are ours / this, round by round. Quote them, never the rates and times.`)
  const results = []
  for (const part of parts) results.push(await measurePart(part, folder))
  const missed = results.flatMap(({ verdicts }) => verdicts.filter(({ ok }) => !ok))
  write({ ...environment(), results, missed })
  console.log(missed.length === 0 ? '\nNo gate is missed.' : `\nMissed:\n${missed.map(lineOf).join('\n')}`)
  return { missed, failed: results.some(({ failed }) => failed) }
}

async function measurePart({ runtime, workload }, folder) {
  const { command, install } = RUNTIMES[runtime]
  const words = await command()
  if (words === undefined) {
    console.log(`\n${runtime} ${workload}: skipped, ${install}`)
    return { runtime, workload, verdicts: judgeUnmeasured(runtime, workload) }
  }
  const file = join(folder, 'measured.json')
  const [program, ...args] = words
  const startedAt = performance.now()
  const { code } = await run(program, [...args, runtime, workload, file], {
    cwd: folder,
    output: 'show',
    timeoutMs: WORKLOAD_MS,
  })
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  if (code !== 0) {
    console.log(`\n${runtime} ${workload}: failed with exit code ${code}`)
    return { runtime, workload, seconds, failed: true, verdicts: judgeUnmeasured(runtime, workload) }
  }
  const { version, tables } = readTables(file)
  const verdicts = judge(runtime, workload, tables)
  report(`${runtime} ${version}, ${workload}`, tables, verdicts)
  return { runtime, version, workload, seconds, tables, verdicts }
}

function readTables(file) {
  const { version, tables } = JSON.parse(readFileSync(file, 'utf8'))
  return { version, tables: tables.map((table) => ({ ...table, rows: summarize(table.rows) })) }
}

function write(all) {
  mkdirSync(resolve(root, 'build'), { recursive: true })
  writeFileSync(resolve(root, RESULT), `${JSON.stringify(all, null, 2)}\n`)
  console.log(`\nAll samples are in ${RESULT}.`)
}
