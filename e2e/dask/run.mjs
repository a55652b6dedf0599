// The packed package on a real Dask cluster: Dask's own scheduler, and workers by the command of the package.
import { Dask, INSTALL_DASK } from '../../tools/dask.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite, skipAll } from '../suite.mjs'
import { conformanceOn } from './conformance.mjs'
import { gatewayTests } from './gateway.mjs'
import { lostTests } from './lost.mjs'
import { pythonTests } from './python.mjs'
import { runtimeTests } from './runtimes.mjs'
import { securityTests } from './security.mjs'
import { Stage } from './stage.mjs'
import { tasksTests } from './tasks.mjs'

const GROUPS = [tasksTests, lostTests, runtimeTests, pythonTests, securityTests, gatewayTests]

async function testDask(dask) {
  const consumer = await Consumer.create()
  const stage = new Stage(dask, consumer)
  const tests = Object.assign({}, ...(await Promise.all(GROUPS.map((testsOn) => testsOn(stage)))))
  try {
    await runSuite(tests, ...(await conformanceOn(stage)))
  } finally {
    consumer.remove()
  }
}

const dask = Dask.find()
if (dask === undefined) skipAll('all of a real Dask cluster', INSTALL_DASK)
else await testDask(dask)
