import { measure } from '../measure.mjs'
import { DASK, DASK_UNQUEUED } from '../names.mjs'
import { RUNTIMES } from '../runtimes.mjs'
import { WORKERS } from '../workers.mjs'
import * as workload from '../workloads/dask.mjs'
import { PythonDask } from './python-dask.mjs'

const SIZES = { rounds: 7 }

/** Our cluster, beside Python's LocalCluster. */
export async function measureLocal(dask, folder) {
  const stages = RUNTIMES.node.open(folder)
  const pythons = { [DASK]: PythonDask.local(dask, WORKERS), [DASK_UNQUEUED]: PythonDask.local(dask, WORKERS, 'inf') }
  const setStage = (name) => (pythons[name] ? setPythonStage(pythons[name]) : stages.setStage('dask', name, SIZES))
  try {
    return await measure(workload, { sizes: SIZES }, setStage)
  } finally {
    await Promise.all([stages.close(), ...Object.values(pythons).map((python) => python.end())])
  }
}

async function setPythonStage(python) {
  const { python: version, distributed } = await python.start()
  const samplers = workload.pythonSamplers(python)
  return { note: `${distributed} in Python ${version}`, takeSample: (at) => samplers[at]() }
}
