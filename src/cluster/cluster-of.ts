import type { WorkerAdapter } from '../core/adapter.js'
import type { DataCluster } from '../core/cluster.js'
import type { RemoteOptions, Runtime } from '../core/runtime.js'
import { LocalCluster } from './local-cluster.js'
import type { LocalClusterOptions } from './local-cluster-options.js'
import { RemoteCluster } from './remote-cluster.js'

interface Wanted {
  readonly remote?: RemoteOptions | undefined
  readonly limits: Omit<LocalClusterOptions, 'adapter'>
}

/** The cluster that is meant: one elsewhere, or one of one's own. */
export function clusterOf(runtime: Runtime, adapter: WorkerAdapter, { remote, limits }: Wanted): DataCluster {
  return remote === undefined ? new LocalCluster({ adapter, ...limits }) : new RemoteCluster(runtime, remote)
}
