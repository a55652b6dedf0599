import { createHexId } from '../core/ids.js'
import { BaseDaskWorker } from '../dask/worker/dask-worker.js'
import { certificatesOf } from './certificates.js'
import { nodeConnector } from './connector.js'
import { checkOptions, type DaskWorkerOptions } from './dask-worker-options.js'
import { LocalCluster } from './index.js'
import { refusalOf } from './only-modules.js'
import { preloadOf } from './preload.js'
import { ProcessShare } from './process-share.js'
import { addressIn } from './scheduler-file.js'

/**
 * A worker of a Dask cluster whose tasks are JavaScript's. When its scheduler is lost it joins again, as a new worker.
 *
 * @example
 * const worker = await DaskWorker.create({ address: 'tcp://127.0.0.1:8786', nthreads: 2 })
 * process.once('SIGTERM', () => worker.retire())
 * await worker.closed
 */
export class DaskWorker extends BaseDaskWorker {
  /**
   * Joins a cluster.
   *
   * @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown option or a bad value, naming it
   * @throws {CommClosedError} when there is no scheduler at that address
   * @throws {ClusterError} when it does not take the worker, or a thread cannot be started
   */
  static async create(options: DaskWorkerOptions): Promise<DaskWorker> {
    const { name = createHexId('js-'), worker, preload, contactAddress, onlyModules, ...checked } = checkOptions(options)
    const { nthreads, remote } = checked
    const address = remote.address ?? (await addressIn(remote.schedulerFile as string))
    const certificates = await certificatesOf(remote.security)
    const cluster = new LocalCluster({ nWorkers: nthreads, worker, setup: preloadOf(preload) }, { workerName: name })
    const usage = new ProcessShare()
    const parts = {
      ...checked,
      name,
      address,
      certificates,
      contact: contactAddress,
      connector: nodeConnector,
      cluster,
      usage,
      pid: process.pid,
      ...(onlyModules && { refusalOf }),
    }
    try {
      const made = new DaskWorker(parts, await DaskWorker.join(parts))
      void made.closed.then(() => usage.end())
      return made
    } catch (error) {
      usage.end()
      throw error
    }
  }
}
