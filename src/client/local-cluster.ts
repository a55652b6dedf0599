/// <reference lib="esnext.disposable" preserve="true" />
import { LocalCluster } from '../cluster/local-cluster.js'
import type { WorkerAdapter } from '../core/adapter.js'
import type { Logger } from '../core/logger.js'
import type { Runtime } from '../core/runtime.js'
import { configurationError, show } from '../input/check-keys.js'
import { checkResources, type DaskResources, warnOfLimit } from '../input/resources.js'

export interface LocalClusterSetUp {
  /** Makes the workers, in place of the runtime's. */
  readonly adapter?: WorkerAdapter | undefined
  /** What tasks are told as the worker that runs them, `getTaskContext().workerId`. Default: the id of that worker. */
  readonly workerName?: string | undefined
  /** Where warnings go. Default: the console. */
  readonly logger?: Logger | undefined
}

/** Dask's `LocalCluster`: workers on this machine, for one client or several. */
export abstract class BaseLocalCluster extends LocalCluster {
  /** Bound by each runtime's own class. */
  static readonly runtime: Runtime

  /**
   * Does no I/O: `create` starts it, or `start`.
   *
   * @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown key or a bad value
   */
  constructor(resources?: DaskResources | null, { adapter, workerName, logger = console }: LocalClusterSetUp = {}) {
    const { runtime } = new.target as unknown as { readonly runtime: Runtime }
    const { taskTimeout, remote, limits } = checkResources(resources)
    if (remote !== undefined) throw configurationError('resources.address is for a client or a backend: a LocalCluster is here')
    if (taskTimeout !== undefined) throw configurationError('resources.taskTimeout is for a client: its tasks are what it limits')
    super({ adapter: adapter ?? runtime.workers, workerName, ...limits })
    warnOfLimit(limits, adapter ?? runtime.workers, logger)
  }

  /** Constructs and starts. Resolves when the first worker answers. @throws {ClusterError} when it cannot be started */
  static async create<T extends BaseLocalCluster>(
    this: new (
      resources?: DaskResources | null,
      setUp?: LocalClusterSetUp,
    ) => T,
    resources?: DaskResources | null,
    setUp?: LocalClusterSetUp,
  ): Promise<T> {
    const cluster = new this(resources, setUp)
    await cluster.start()
    return cluster
  }

  /**
   * From now on there are `workers` of them, whatever there is to do. Those that are too many finish what they run, and pass
   * on the values that they hold.
   *
   * @throws {TypeError} with `code` `ERR_RESOURCES` for what is no count
   */
  override scale(workers: number): void {
    if (!Number.isInteger(workers) || workers < 0)
      throw configurationError(`scale(n): n must be an integer, 0 or more, got ${show(workers)}`)
    super.scale(workers)
  }

  /** Closes it: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
