// Measures the packed package beside Python Dask's LocalCluster. With --check, a missed gate is a failure.
import process from 'node:process'
import { installPeers } from '../../tools/peers.mjs'
import { installBench } from '../installed.mjs'
import { measure } from '../measure.mjs'
import { DASK, DASK_UNQUEUED } from '../names.mjs'
import { conclude, keep } from '../results.mjs'
import { RUNTIMES } from '../runtimes.mjs'
import { WORKERS } from '../workers.mjs'
import * as workload from '../workloads/dask.mjs'
import { hasDask, INSTALL_DASK, LocalCluster } from './local-cluster.mjs'

const SIZES = { rounds: 7 }
const RESULT = 'build/bench-dask.json'

const isCheck = process.argv.includes('--check')
if (await hasDask()) {
  const missed = await compare()
  if (isCheck && missed.length > 0) process.exitCode = 1
} else {
  console.log(`Skipped: ${INSTALL_DASK}`)
  process.exitCode = isCheck ? 1 : 0
}

async function compare() {
  await installPeers()
  const stages = RUNTIMES.node.open(await installBench())
  const pythons = { [DASK]: new LocalCluster(WORKERS), [DASK_UNQUEUED]: new LocalCluster(WORKERS, 'inf') }
  const setStage = (name) => (pythons[name] ? setPythonStage(pythons[name]) : stages.setStage('dask', name, SIZES))
  try {
    return keep([conclude('node', 'dask', await measure(workload, { sizes: SIZES }, setStage))], RESULT)
  } finally {
    await Promise.all([stages.close(), ...Object.values(pythons).map((python) => python.end())])
  }
}

async function setPythonStage(python) {
  const { python: version, distributed } = await python.start()
  const samplers = workload.pythonSamplers(python)
  return { note: `${distributed} in Python ${version}`, takeSample: (at) => samplers[at]() }
}
