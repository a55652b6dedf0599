import type { DataCluster } from '../core/cluster.js'
import type { RemoteOptions } from '../core/runtime.js'
import { DaskCluster } from '../dask/dask-cluster.js'
import { DaskWorker, type DaskWorkerOptions } from '../dask/worker/dask-worker.js'
import { certificatesOf } from './certificates.js'
import { nodeConnector } from './connector.js'
import { addressIn } from './scheduler-file.js'

/** What speaks to a Dask scheduler, by the sockets of Node. */
export async function connect({ address, schedulerFile, security, timeout }: RemoteOptions): Promise<DataCluster> {
  return new DaskCluster({
    address: address ?? (await addressIn(schedulerFile as string)),
    identity: { certificates: await certificatesOf(security), token: security?.token },
    timeout,
    connector: nodeConnector,
  })
}

/** Joins a Dask cluster with a worker that listens on a socket of Node. `workers`: how many this process has. */
export function joinCluster(
  options: Omit<DaskWorkerOptions, 'connector' | 'usage' | 'pid'>,
  workers: number,
): Promise<DaskWorker> {
  return DaskWorker.create({ ...options, connector: nodeConnector, usage: usageOf(workers), pid: process.pid })
}

/** Nobody knows what of a process is whose: each of its workers counts the same part. */
function usageOf(workers: number): DaskWorkerOptions['usage'] {
  let before = { at: performance.now(), used: process.cpuUsage() }
  return {
    memory: () => process.memoryUsage.rss() / workers,
    cpu() {
      const { at, used } = before
      before = { at: performance.now(), used: process.cpuUsage() }
      const { user, system } = process.cpuUsage(used)
      return (user + system) / 10 / Math.max(1, before.at - at) / workers
    },
  }
}
