import type { WorkerAdapter } from '../core/adapter.js'
import type { Cluster } from '../core/cluster.js'
import { notSupported } from '../core/errors.js'
import { describeUnknown, unknownKey } from '../core/known-keys.js'
import type { Logger } from '../core/logger.js'
import type { TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'

export interface DaskBackendOptions {
  /** Names the backend for an engine. Default: `resources.name`, else `dask`. */
  readonly name?: string | undefined
  /** Runs the tasks, in place of workers of the backend's own. It is used, and not closed. */
  readonly cluster?: Cluster | undefined
  /** Makes the workers, in place of the runtime's. */
  readonly adapter?: WorkerAdapter | undefined
  /** The hook `buildTask`, without a subclass. */
  readonly buildTask?: ((task: TaskRecord) => unknown) | undefined
  /** The hook `taskStateCb`, without a subclass. */
  readonly taskStateCb?: ((task: TaskRecord, state: TaskState) => unknown) | undefined
  /** Where warnings, and errors of your callbacks, go. Default: the console. */
  readonly logger?: Logger | undefined
}

const KNOWN = ['name', 'cluster', 'adapter', 'buildTask', 'taskStateCb', 'logger']
// Words of the contract that this version does not do yet.
const LATER = ['client']

/**
 * @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown key
 * @throws {ClusterError} with `code` `ERR_NOT_SUPPORTED` for a key that this version does not do
 */
export function checkOptions(options: DaskBackendOptions): DaskBackendOptions {
  const all = [...KNOWN, ...LATER]
  const unknown = unknownKey(options, all)
  if (unknown !== undefined) {
    throw Object.assign(new TypeError(`options: ${describeUnknown(unknown, all)}`), { code: 'ERR_RESOURCES' })
  }
  const later = LATER.find((key) => (options as Record<string, unknown>)[key] !== undefined)
  if (later !== undefined) throw notSupported(`options.${later}`)
  return options
}
