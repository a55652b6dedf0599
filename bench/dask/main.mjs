// Measures the packed package beside Python Dask's LocalCluster. With --check, a missed gate is a failure.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Consumer } from '../../e2e/consumer.mjs'
import { root } from '../../tools/root.mjs'
import { hasDask, INSTALL_DASK, LocalCluster } from './local-cluster.mjs'
import { measure } from './measure.mjs'
import { toText } from './report.mjs'
import { DASK, OURS, summarize } from './summary.mjs'

const WORKERS = 2
const SIZES = { rounds: 7, tasks: 5000, trips: 50 }
const RESULT = resolve(root, 'build/bench-dask.json')

const isCheck = process.argv.includes('--check')
if (await hasDask()) process.exit(await main())
console.log(`Skipped: ${INSTALL_DASK}`)
process.exitCode = isCheck ? 1 : 0

/** Answers the exit code. */
async function main() {
  const Ours = await installOurs()
  const daskClusters = { [DASK]: new LocalCluster(WORKERS), [`${DASK}, unqueued`]: new LocalCluster(WORKERS, 'inf') }
  try {
    return await Promise.race([compare(Ours, daskClusters), stopped()])
  } catch (error) {
    console.error(error.message)
    return 1
  } finally {
    await forEach(daskClusters, (dask) => dask.abort())
  }
}

/** Ours as a user has it: its module stands beside the installed package. */
async function installOurs() {
  const { folder } = await Consumer.create()
  const file = join(folder, 'ours.mjs')
  cpSync(new URL('./ours.mjs', import.meta.url), file)
  const { Ours } = await import(pathToFileURL(file))
  return Ours
}

async function compare(Ours, daskClusters) {
  const [versions] = await forEach(daskClusters, (dask) => dask.start())
  const contenders = { [OURS]: await Ours.start(WORKERS), ...daskClusters }
  const measured = await measure(contenders, SIZES)
  await forEach(contenders, (contender) => contender.stop())
  const sizes = { workers: WORKERS, ...SIZES }
  const result = { node: process.versions.node, ...versions, ...sizes, ...summarize(measured), measured }
  mkdirSync(dirname(RESULT), { recursive: true })
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`)
  console.log(toText(result))
  return isCheck && !result.ok ? 1 : 0
}

function forEach(contenders, doIt) {
  return Promise.all(Object.values(contenders).map(doIt))
}

/** Answers the exit code of a program that is told to stop. */
function stopped() {
  return new Promise((resolve) => {
    // Heard until the end: a second Ctrl-C must not keep Python from being ended.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve(128 + constants.signals[signal]))
  })
}
