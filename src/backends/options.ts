import type { WorkerAdapter } from '../core/adapter.js'
import type { Cluster } from '../core/cluster.js'
import type { Logger } from '../core/logger.js'
import type { TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'
import { type Check, checkKeys, configurationError, hasMethods, isFunction, isLogger, isName } from '../input/check-keys.js'
import { isCluster } from '../input/cluster.js'

/** The options of a `DaskExecutionBackend`, beside its `resources`. */
export interface DaskBackendOptions {
  /** Names the backend for an engine. Default: `resources.name`, else `dask`. */
  readonly name?: string | undefined
  /** Runs the tasks, in place of workers of the backend's own. It is used, and not closed. */
  readonly cluster?: Cluster | undefined
  /** A `Client` whose cluster runs the tasks, in place of workers of the backend's own. It is used, and not closed. */
  readonly client?:
    | {
        /** Whose workers are used. */
        readonly cluster: Cluster
      }
    | undefined
  /** Makes the workers, in place of the runtime's. */
  readonly adapter?: WorkerAdapter | undefined
  /** The hook `buildTask`, without a subclass. */
  readonly buildTask?: ((task: TaskRecord) => unknown) | undefined
  /** The hook `taskStateCb`, without a subclass. */
  readonly taskStateCb?: ((task: TaskRecord, state: TaskState) => unknown) | undefined
  /** Where warnings, and errors of your callbacks, go. Default: the console. */
  readonly logger?: Logger | undefined
}

const CHECKS: Readonly<Record<keyof DaskBackendOptions, Check>> = {
  name: isName,
  cluster: isCluster,
  client: (value) => (isCluster((value as { cluster?: unknown } | null)?.cluster) === undefined ? undefined : 'must be a Client'),
  adapter: hasMethods('spawn'),
  buildTask: isFunction,
  taskStateCb: isFunction,
  logger: isLogger,
}

/** @throws what `checkKeys` throws */
export function checkOptions(options: DaskBackendOptions): DaskBackendOptions {
  if (options.client !== undefined && options.cluster !== undefined) {
    throw configurationError('options.client goes with no cluster that is given: it has its own')
  }
  checkKeys(options, { what: 'options', checks: CHECKS, later: [] })
  return options
}
