import { LocalCluster } from '../cluster/local-cluster.js'
import type { WorkerAdapter } from '../core/adapter.js'
import type { Runtime } from '../core/runtime.js'
import { checkResources, type DaskResources } from '../input/resources.js'

/** Dask's `LocalCluster`: workers on this machine, for one client or several. */
export abstract class BaseLocalCluster extends LocalCluster {
  /** Bound by each runtime's own class. */
  static readonly runtime: Runtime

  /**
   * Makes a cluster and starts it. Resolves when the first worker answers.
   *
   * @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown key or a bad value
   * @throws {ClusterError} when it cannot be started
   */
  static async create<T extends BaseLocalCluster>(
    this: (new (options: { adapter: WorkerAdapter }) => T) & { readonly runtime: Runtime },
    resources?: DaskResources | null,
    { adapter }: { readonly adapter?: WorkerAdapter | undefined } = {},
  ): Promise<T> {
    const cluster = new this({ adapter: adapter ?? this.runtime.workers, ...checkResources(resources) })
    await cluster.start()
    return cluster
  }
}
