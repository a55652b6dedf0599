import type { ExecutionBackend } from '../core/backend.js'
import type { Logger } from '../core/logger.js'
import { type Check, checkKeys, configurationError, hasMethods, isFunction, isName } from '../input/check-keys.js'
import { isFlag } from '../input/task-options.js'
import type { TelemetryListener } from './telemetry.js'

/** The options of a `WorkflowEngine`. */
export interface WorkflowEngineOptions {
  /** What runs the tasks: one, or several whose names differ. The first is the default. They are shut down with the engine. */
  readonly backend?: ExecutionBackend | readonly ExecutionBackend[] | undefined
  /** Whether, without `backend`, tasks are only pretended to run: by a `NoopExecutionBackend`. Default false. */
  readonly dryRun?: boolean | undefined
  /** Whether backends are told which tasks need the values of which: `linkImplicitDataDeps`. Default true. */
  readonly implicitData?: boolean | undefined
  /** Names the engine, and the folder of its files in `workDir`. Default: `asyncflow.session.` and eight random digits. */
  readonly uid?: string | undefined
  /** Default: the working directory; `/` where there is none. */
  readonly workDir?: string | undefined
  /** Whether SIGINT, SIGTERM and SIGHUP shut the engine down, the first time. Default false. */
  readonly handleSignals?: boolean | undefined
  /** Where warnings, and failures that nobody awaited, go. Default: the console. One with `debug` hears of what is ignored. */
  readonly logger?: Logger | undefined
}

const CHECKS: Readonly<Record<keyof WorkflowEngineOptions, Check>> = {
  // By whoever takes it.
  backend: () => undefined,
  dryRun: isFlag,
  implicitData: isFlag,
  uid: (value) =>
    typeof value === 'string' && FILE_NAME.test(value) ? undefined : 'must be a name for a folder: letters, digits, . _ -',
  workDir: isName,
  handleSignals: isFlag,
  logger: hasMethods('warn', 'error'),
}

/** The options of `startTelemetry`. */
export interface TelemetryOptions {
  /** Hears of every event. */
  readonly onEvent?: TelemetryListener | undefined
  /** A folder for a file of all events, a line each: `{uid}.jsonl`. Relative paths start at the engine's `workDir`. */
  readonly checkpointPath?: string | undefined
}

const TELEMETRY_CHECKS: Readonly<Record<keyof TelemetryOptions, Check>> = { onEvent: isFunction, checkpointPath: isName }

// It begins with a letter or digit, so that it leads nowhere else.
const FILE_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u

/** @throws {TypeError} with `code` `ERR_RESOURCES` */
export function checkEngineOptions(options: unknown): WorkflowEngineOptions {
  if (typeof options !== 'object' || options === null)
    throw configurationError('WorkflowEngine.create(options): options must be a record')
  checkKeys(options, { what: 'options', checks: CHECKS, later: [] })
  return options
}

/** @throws {TypeError} with `code` `ERR_RESOURCES` */
export function checkTelemetryOptions(options: TelemetryOptions): TelemetryOptions {
  checkKeys(options, { what: 'options', checks: TELEMETRY_CHECKS, later: [] })
  return options
}
