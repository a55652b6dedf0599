import type { WorkerAdapter } from '../core/adapter.js'
import type { Logger } from '../core/logger.js'
import { type Check, checkKeys, hasMethods } from '../input/check-keys.js'
import { checkTaskOptions, isFlag } from '../input/task-options.js'

/** The options of a `Client`, beside its `resources`. */
export interface ClientOptions {
  /** Makes the workers, in place of the runtime's. */
  readonly adapter?: WorkerAdapter | undefined
  /** Where warnings, and errors of your callbacks, go. Default: the console. */
  readonly logger?: Logger | undefined
}

/** The options of `scatter`. */
export interface ScatterOptions {
  /** Whether all workers that there are get a copy; others fetch one when they need it. Default false. */
  readonly broadcast?: boolean | undefined
}

const CLIENT_CHECKS: Readonly<Record<keyof ClientOptions, Check>> = {
  adapter: hasMethods('spawn'),
  logger: hasMethods('warn', 'error'),
}

const SCATTER_CHECKS: Readonly<Record<keyof ScatterOptions, Check>> = { broadcast: isFlag }

/** @throws what `checkKeys` throws */
export function checkClientOptions(options: ClientOptions): ClientOptions {
  checkKeys(options, { what: 'options', checks: CLIENT_CHECKS, later: [] })
  return options
}

/** @throws what `checkTaskOptions` throws */
export function checkScatterOptions(options: ScatterOptions | undefined): ScatterOptions {
  return checkTaskOptions<ScatterOptions>(options, { what: 'options', checks: SCATTER_CHECKS })
}
