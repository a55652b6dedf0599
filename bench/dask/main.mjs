// Measures the packed package beside Python Dask: its own cluster beside a LocalCluster, and its client and workers beside
// Python's on one scheduler. Both, or the one that is named: `dask`, `cluster`. With --check, a missed gate is a failure.
import process from 'node:process'
import { parseArgs } from 'node:util'
import { Dask, INSTALL_DASK } from '../../tools/dask.mjs'
import { installPackages } from '../../tools/packages.mjs'
import { installBench } from '../installed.mjs'
import { conclude, keep } from '../results.mjs'
import { measureCluster } from './cluster.mjs'
import { measureLocal } from './local.mjs'

const PARTS = { dask: measureLocal, cluster: measureCluster }
const RESULT = 'build/bench-dask.json'

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true })
const unknown = positionals.find((name) => !(name in PARTS))
if (unknown !== undefined) throw new Error(`There is no '${unknown}': they are ${Object.keys(PARTS).join(', ')}.`)
const dask = Dask.find()
if (dask !== undefined) {
  const missed = await compare(positionals.length > 0 ? positionals : Object.keys(PARTS))
  if (values.check && missed.length > 0) process.exitCode = 1
} else {
  console.log(`Skipped: ${INSTALL_DASK}`)
  process.exitCode = values.check ? 1 : 0
}

async function compare(names) {
  await installPackages('bench')
  const folder = await installBench()
  const results = []
  for (const name of names) results.push(conclude('node', name, await PARTS[name](dask, folder)))
  return keep(results, RESULT)
}
