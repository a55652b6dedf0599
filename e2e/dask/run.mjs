// The packed package on a real Dask cluster: Dask's own scheduler, and workers by the command of the package.
// `--version 2024.12`: of that one, which `npm run test:dask` has put there. Else the machine's own.
import { parseArgs } from 'node:util'
import { Dask, INSTALL_DASK } from '../../tools/dask.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite, skipAll } from '../suite.mjs'
import { conformanceOn } from './conformance.mjs'
import { gatewayTests } from './gateway.mjs'
import { lostTests } from './lost.mjs'
import { pythonTests } from './python.mjs'
import { runtimeTests } from './runtimes.mjs'
import { securityTests } from './security.mjs'
import { sharingTests } from './sharing.mjs'
import { Stage } from './stage.mjs'
import { tasksTests } from './tasks.mjs'
import { workerTests } from './workers.mjs'

const GROUPS = [tasksTests, lostTests, sharingTests, runtimeTests, pythonTests, securityTests, gatewayTests, workerTests]

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

const { version } = parseArgs({ options: { version: { type: 'string' } } }).values
const dask = version === undefined ? Dask.find() : await Dask.of(version)
if (dask === undefined) skipAll('all of a real Dask cluster', INSTALL_DASK)
else await testDask(dask)
