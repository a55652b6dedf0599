import { isRecord } from '../core/record.js'
import type { Security } from '../core/runtime.js'
import { type Check, checkKeys, configurationError, show } from './check-keys.js'

/** A Dask cluster, whose workers are started elsewhere. */
export interface RemoteResources {
  /**
   * Of the scheduler of a Dask cluster, `tcp://127.0.0.1:8786`, whose JavaScript workers run the tasks. What is said below of
   * workers is for those who start them; `security`, `name`, `timeout` and `taskTimeout` go with it.
   */
  readonly address?: string | undefined
  /**
   * In place of `address`, where there are files: the path of the one in which the scheduler says it (`dask-scheduler
   * --scheduler-file`). Where neither is given, nor anything of workers, the variable `DASK_SCHEDULER_ADDRESS` is.
   */
  readonly schedulerFile?: string | undefined
  /** For a cluster with certificates, or behind a gateway. */
  readonly security?: Security | undefined
}

const VARIABLE = 'DASK_SCHEDULER_ADDRESS'

export const REMOTE_CHECKS: Readonly<Record<keyof RemoteResources, Check>> = {
  address: isAddress,
  schedulerFile: (value) => (isText(value) ? undefined : 'must be the path of a file'),
  security: isSecurity,
}

/**
 * Which cluster is meant; `undefined` for one of one's own.
 *
 * @param variable reads the environment, where that may name one
 * @throws {TypeError} with `code` `ERR_RESOURCES`
 */
export function remoteOf(
  { address, schedulerFile, security }: RemoteResources,
  variable: ((name: string) => string | undefined) | undefined,
): RemoteResources | undefined {
  if (address !== undefined && schedulerFile !== undefined)
    throw configurationError('resources.schedulerFile goes with no resources.address: it says one')
  if (address !== undefined || schedulerFile !== undefined) return { address, schedulerFile, security }
  const named = variable?.(VARIABLE) || undefined
  if (named === undefined) {
    if (security !== undefined) throw configurationError('resources.security goes with an address: what is here needs none')
    return undefined
  }
  const wrong = isAddress(named)
  if (wrong !== undefined) throw configurationError(`The variable ${VARIABLE} ${wrong}, got ${show(named)}`)
  return { address: named, security }
}

const SECURITY: Readonly<Record<keyof Security, Check>> = {
  tlsCaFile: isPemOrPath,
  tlsClientCert: isPemOrPath,
  tlsClientKey: isPemOrPath,
  token: (value) => (isText(value) ? undefined : 'must be a text'),
}

function isSecurity(value: unknown): string | undefined {
  if (!isRecord(value)) return 'must be a plain object'
  checkKeys(value, { what: 'resources.security', checks: SECURITY, later: [] })
  return undefined
}

function isAddress(value: unknown): string | undefined {
  const isOne = typeof value === 'string' && /^(?:(?:tcp|tls):\/\/[^/]+:\d+|wss?:\/\/[^/]+(?:\/.*)?)\/?$/.test(value)
  return isOne && isUrl(value) ? undefined : "must be the address of a scheduler, like 'tcp://127.0.0.1:8786'"
}

// A port may be too large, and a host hold what none can.
function isUrl(text: string): boolean {
  try {
    return new URL(text) !== undefined
  } catch {
    return false
  }
}

function isPemOrPath(value: unknown): string | undefined {
  return isText(value) ? undefined : 'must be a PEM text, or the path of one'
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
