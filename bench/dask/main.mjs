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
import { summarize } from './summary.mjs'

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
  const dask = new LocalCluster(WORKERS)
  try {
    return await Promise.race([compare(Ours, dask), stopped()])
  } catch (error) {
    console.error(error.message)
    return 1
  } finally {
    await dask.abort()
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

async function compare(Ours, dask) {
  const versions = { node: process.versions.node, ...(await dask.start()) }
  const ours = await Ours.start(WORKERS)
  const rounds = await measure({ ours, dask }, SIZES)
  await Promise.all([ours.stop(), dask.stop()])
  const result = { workers: WORKERS, ...SIZES, versions, ...summarize(rounds), measured: rounds }
  mkdirSync(dirname(RESULT), { recursive: true })
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`)
  console.log(toText(result))
  return isCheck && !result.ok ? 1 : 0
}

/** Answers the exit code of a program that is told to stop. */
function stopped() {
  return new Promise((resolve) => {
    // Heard until the end: a second Ctrl-C must not keep Python from being ended.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve(128 + constants.signals[signal]))
  })
}
