import type { DataCluster } from '../core/cluster.js'
import type { RemoteOptions } from '../core/runtime.js'
import { DaskCluster } from '../dask/remote/dask-cluster.js'
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

export { DaskWorker } from './dask-worker.js'
