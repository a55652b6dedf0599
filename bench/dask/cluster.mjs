import { Cluster } from '../../e2e/dask/cluster.mjs'
import { measure } from '../measure.mjs'
import { PYTHON_CLIENT } from '../names.mjs'
import { RUNTIMES } from '../runtimes.mjs'
import * as workload from '../workloads/cluster.mjs'
import { PythonDask } from './python-dask.mjs'

const NAMES = ['js-0', 'js-1']
const ROUNDS = 9

/** Our client and workers, beside Python's, on one scheduler. */
export async function measureCluster(dask, folder) {
  const cluster = await Cluster.start(dask, { folder })
  const stages = RUNTIMES.node.open(folder)
  let python
  try {
    await Promise.all(NAMES.flatMap((name) => [cluster.worker(name), cluster.pythonWorker()]))
    python = PythonDask.at(dask, cluster.address)
    const sizes = { rounds: ROUNDS, address: cluster.address, workers: NAMES }
    const { python: version, distributed } = await python.start()
    const samplers = workload.pythonSamplers(python)
    const setStage = (name) =>
      name === PYTHON_CLIENT
        ? { note: `${distributed} in Python ${version}`, takeSample: (at) => samplers[at]() }
        : stages.setStage('cluster', name, sizes)
    return await measure(workload, { sizes }, async (name) => settled(await setStage(name), python))
  } finally {
    await Promise.all([stages.close(), python?.end(), cluster.end()])
  }
}

/** What one leaves the scheduler to do is not to be done in the turn of another. */
function settled({ takeSample, ...stage }, python) {
  return {
    ...stage,
    async takeSample(at) {
      const sample = await takeSample(at)
      await python.settle()
      return sample
    },
  }
}
