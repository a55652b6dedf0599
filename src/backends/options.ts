import type { WorkerAdapter } from '../core/adapter.js'
import type { Cluster } from '../core/cluster.js'
import type { Logger } from '../core/logger.js'
import type { TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'
import { type Check, checkKeys, isName } from './check-keys.js'

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

const CHECKS: Readonly<Record<keyof DaskBackendOptions, Check>> = {
  name: isName,
  cluster: hasMethods('start', 'submitBatch', 'cancel', 'onWorker', 'onLog', 'close'),
  adapter: hasMethods('spawn'),
  buildTask: isFunction,
  taskStateCb: isFunction,
  logger: hasMethods('warn', 'error'),
}

/** @throws what `checkKeys` throws */
export function checkOptions(options: DaskBackendOptions): DaskBackendOptions {
  checkKeys(options, { what: 'options', checks: CHECKS, later: ['client'] })
  return options
}

function isFunction(value: unknown): string | undefined {
  return typeof value === 'function' ? undefined : 'must be a function'
}

function hasMethods(...methods: readonly string[]): Check {
  return (value) => {
    const given = value as Readonly<Record<string, unknown>> | null
    const missing = methods.find((method) => typeof given?.[method] !== 'function')
    return missing === undefined ? undefined : `must have the method ${missing}()`
  }
}
