import { availableParallelism } from 'node:os'
import type { WorkerSource } from '../core/adapter.js'
import { type Logger, QUIET } from '../core/logger.js'
import { isRecord } from '../core/record.js'
import { type Check, checkKeys, configurationError, isAmounts, isLogger, isName, isTime, show } from '../input/check-keys.js'
import { REMOTE_CHECKS, type RemoteResources, remoteOf } from '../input/remote.js'
import { isWorkerSource, positiveInteger } from '../input/resources.js'
import { autoLimit, parseLimit } from './memory-limits.js'
import { variable } from './variable.js'

/** A worker, and in `address`, `schedulerFile` and `security` the cluster that it joins. */
export interface DaskWorkerOptions extends RemoteResources {
  /** What the scheduler and its dashboard call it. Default: a name that nobody else has. */
  readonly name?: string | undefined
  /** How many tasks it runs at a time, each in a thread of its own. Default: the cores. */
  readonly nthreads?: number | undefined
  /** What it has beside, for tasks that ask for it: `{ GPU: 1 }`. Default: nothing. */
  readonly resources?: Readonly<Record<string, number>> | undefined
  /**
   * What this process may hold for it: bytes, `'4GiB'`, a share of the machine's memory (`0.5`), or `'auto'`: as much of it as it
   * uses of the cores. Over 80 % of that, it starts no tasks. Default: `'auto'`.
   */
  readonly memoryLimit?: number | string | undefined
  /**
   * Where it listens, and under which others reach it. `0.0.0.0`: it listens everywhere, and is reached by the address that leads
   * to the scheduler. Default: `127.0.0.1`.
   */
  readonly host?: string | undefined
  /** Where it listens, with the port: `tcp://0.0.0.0:9000`. In place of `host`. */
  readonly listenAddress?: string | undefined
  /** Under which others reach it, where that is not where it listens: `tcp://example.org:9000`. */
  readonly contactAddress?: string | undefined
  /** Milliseconds until it must be one of the cluster. Default 30,000. */
  readonly timeout?: number | undefined
  /**
   * Milliseconds that it waits for a scheduler, when it starts and each time that it has lost one. Default: one must be there when
   * it starts, and may be gone later for any time.
   */
  readonly deathTimeout?: number | undefined
  /** Modules that each thread imports before its first task. */
  readonly preload?: readonly string[] | undefined
  /** Whether it refuses functions that are sent as text, and runs those of modules and those by name. Default: false. */
  readonly onlyModules?: boolean | undefined
  /** Your own worker: a URL, or a function that makes it. It calls `expose` of `daskflow/worker`. */
  readonly worker?: WorkerSource | undefined
  /** Is told when it has lost its scheduler, and when it rests. Default: the console. */
  readonly logger?: Logger | undefined
}

const CHECKS: Readonly<Record<keyof DaskWorkerOptions, Check>> = {
  ...REMOTE_CHECKS,
  name: isName,
  nthreads: positiveInteger,
  resources: isAmounts,
  memoryLimit: (value) =>
    value === 'auto' || parseLimit(value) !== undefined
      ? undefined
      : "must be bytes, more than 0, as a number or like '4GiB', a share of the memory like 0.5, or 'auto'",
  host: isName,
  listenAddress: (value) => (hostAndPort(value) === undefined ? "must be like 'tcp://0.0.0.0:9000'" : undefined),
  contactAddress: REMOTE_CHECKS.address,
  timeout: isTime,
  deathTimeout: isTime,
  preload: (value) =>
    Array.isArray(value) && value.every((one) => isName(one) === undefined) ? undefined : 'must be a list of modules',
  onlyModules: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  worker: isWorkerSource,
  logger: isLogger,
}

/** What a worker is to be, with all that was not said. */
export interface CheckedOptions extends DaskWorkerOptions {
  readonly remote: RemoteResources
  readonly nthreads: number
  readonly memoryLimit: number
  readonly listen: { readonly host: string; readonly port: number }
  readonly timeout: number
  readonly preload: readonly string[]
  readonly onlyModules: boolean
  readonly logger: Logger
}

const HOST = '127.0.0.1'
const TIMEOUT_MS = 30_000

/** @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown key or a bad value, naming it */
export function checkOptions(options: unknown): CheckedOptions {
  if (!isRecord(options)) throw configurationError(`options must be a plain object, got ${show(options)}`)
  checkKeys(options, { what: 'options', checks: CHECKS, later: [] })
  const given = options as unknown as DaskWorkerOptions
  const remote = remoteOf(given, variable)
  if (remote === undefined) throw configurationError(`options.address ${REMOTE_CHECKS.address(undefined)}`)
  if (given.listenAddress !== undefined && given.host !== undefined)
    throw configurationError('options.host goes with no listenAddress: that says where it listens')
  const { nthreads = availableParallelism(), memoryLimit = 'auto', host = HOST } = given
  return {
    ...given,
    remote,
    nthreads,
    memoryLimit: (memoryLimit === 'auto' ? undefined : parseLimit(memoryLimit)) ?? autoLimit(nthreads),
    listen: hostAndPort(given.listenAddress) ?? { host: host.replace(/^\[|\]$/g, ''), port: 0 },
    timeout: given.timeout ?? TIMEOUT_MS,
    preload: given.preload ?? [],
    onlyModules: given.onlyModules ?? false,
    logger: given.logger ?? QUIET,
  }
}

function hostAndPort(address: unknown): { readonly host: string; readonly port: number } | undefined {
  const [, host, port] = /^(?:tcp|tls):\/\/(\[[^\]]+\]|[^/:]+):(\d+)\/?$/.exec(String(address)) ?? []
  if (host === undefined || Number(port) > 65_535) return undefined
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}
