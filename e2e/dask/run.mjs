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
import { workerTests } from './workers.mjs'

