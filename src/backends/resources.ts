import type { WorkerSource } from '../core/adapter.js'
import { notSupported } from '../core/errors.js'
import { describeUnknown, unknownKey } from '../core/known-keys.js'
import { isRecord } from '../core/record.js'

/** What a `DaskExecutionBackend` runs on. */
export interface DaskResources {
  /** How many workers there may be. Default: what makes use of the machine. The first starts at once, others with the work. */
  readonly nWorkers?: number | undefined
  /** How many async tasks one worker runs at a time. Default 1. */
  readonly threadsPerWorker?: number | undefined
  /** How many lost workers a task that had started survives. Default 3. */
  readonly allowedFailures?: number | undefined
  /** Your own worker: a URL, or a function that makes it. It calls `expose` of `daskflow/worker`. */
  readonly worker?: WorkerSource | undefined
  /** Milliseconds that a worker has to get ready. Default 30,000. */
  readonly timeout?: number | undefined
  /** Names the backend for an engine. */
  readonly name?: string | undefined
  /** Accepted, as Dask's users write it; there is no dashboard here. */
  readonly dashboardAddress?: null | undefined
}

// What timers of every platform can wait; beyond it they fire at once.
const MAX_TIMER_MS = 2 ** 31 - 1

type Check = (value: unknown) => string | undefined

const CHECKS: Readonly<Record<keyof DaskResources, Check>> = {
  nWorkers: positiveInteger,
  threadsPerWorker: positiveInteger,
  allowedFailures: (value) => (Number.isInteger(value) && (value as number) >= 0 ? undefined : 'must be an integer, 0 or more'),
  worker: isWorkerSource,
  timeout: (value) =>
    typeof value === 'number' && value > 0 && value <= MAX_TIMER_MS
      ? undefined
      : `must be milliseconds, more than 0 and at most ${MAX_TIMER_MS}`,
  name: (value) => (typeof value === 'string' && value !== '' ? undefined : 'must be a string that is not empty'),
  dashboardAddress: (value) => (value === null ? undefined : 'must be null: the embedded cluster has no dashboard'),
}

// Words of the contract that this version does not do yet.
const LATER = [
  'address',
  'schedulerFile',
  'minWorkers',
  'idleTimeout',
  'memoryLimit',
  'resources',
  'maxQueue',
  'maxTasksPerWorker',
  'setup',
  'taskTimeout',
  'cancelGrace',
  'heartbeatInterval',
  'security',
]

/**
 * Checks what a user gave as `resources`.
 *
 * @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown key or a bad value, naming it
 * @throws {ClusterError} with `code` `ERR_NOT_SUPPORTED` for a key that this version does not do
 */
export function checkResources(resources: unknown): DaskResources {
  if (resources === undefined || resources === null) return {}
  if (!isRecord(resources)) throw resourcesError(`resources must be a plain object, got ${show(resources)}`)
  const known = [...Object.keys(CHECKS), ...LATER]
  const unknown = unknownKey(resources, known)
  if (unknown !== undefined) throw resourcesError(`resources: ${describeUnknown(unknown, known)}`)
  for (const [key, value] of Object.entries(resources)) {
    if (value === undefined) continue
    if (LATER.includes(key)) throw notSupported(`resources.${key}`)
    const wrong = CHECKS[key as keyof DaskResources](value)
    if (wrong !== undefined) throw resourcesError(`resources.${key} ${wrong}, got ${show(value)}`)
  }
  return { ...resources }
}

function positiveInteger(value: unknown): string | undefined {
  return Number.isInteger(value) && (value as number) > 0 ? undefined : 'must be an integer, 1 or more'
}

function isWorkerSource(value: unknown): string | undefined {
  return typeof value === 'function' || value instanceof URL || (typeof value === 'string' && value !== '')
    ? undefined
    : 'must be a URL or a function that makes a worker'
}

function resourcesError(message: string): TypeError & { code: string } {
  return Object.assign(new TypeError(message), { code: 'ERR_RESOURCES' })
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value)
}
