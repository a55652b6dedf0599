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

type Check = (value: unknown) => string | undefined

const CHECKS: Readonly<Record<keyof DaskBackendOptions, Check>> = {
  name: (value) => (typeof value === 'string' && value !== '' ? undefined : 'must be a string that is not empty'),
  cluster: hasMethods('start', 'submitBatch', 'cancel', 'onWorker', 'close'),
  adapter: hasMethods('spawn'),
  buildTask: isFunction,
  taskStateCb: isFunction,
  logger: hasMethods('warn', 'error'),
}
// Words of the contract that this version does not do yet.
const LATER = ['client']

/**
 * @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown key or a bad value, naming it
 * @throws {ClusterError} with `code` `ERR_NOT_SUPPORTED` for a key that this version does not do
 */
export function checkOptions(options: DaskBackendOptions): DaskBackendOptions {
  const known = [...Object.keys(CHECKS), ...LATER]
  const unknown = unknownKey(options, known)
  if (unknown !== undefined) throw optionsError(`options: ${describeUnknown(unknown, known)}`)
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue
    if (LATER.includes(key)) throw notSupported(`options.${key}`)
    const wrong = CHECKS[key as keyof DaskBackendOptions](value)
    if (wrong !== undefined) throw optionsError(`options.${key} ${wrong}`)
  }
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

function optionsError(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: 'ERR_RESOURCES' })
}
