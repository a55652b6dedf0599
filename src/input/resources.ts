import type { WorkerAdapter, WorkerSource } from '../core/adapter.js'
import type { Amounts } from '../core/amounts.js'
import { parseBytes } from '../core/bytes.js'
import { isModuleFunction, refusalOf, scopedOf } from '../core/function-ref.js'
import type { Logger } from '../core/logger.js'
import { isRecord } from '../core/record.js'
import type { RemoteOptions, Runtime } from '../core/runtime.js'
import type { TaskFunction } from '../core/task.js'
import { type Check, checkKeys, configurationError, isAmounts, isDelay, isName, isTime, show } from './check-keys.js'
import { REMOTE_CHECKS, type RemoteResources, remoteOf } from './remote.js'

/** The workers of a `DaskExecutionBackend`, a `Client` or a `LocalCluster`. */
export interface DaskResources extends RemoteResources {
  /** How many workers there may be. Default: what makes use of the machine. The first starts at once, others with the work. */
  readonly nWorkers?: number | undefined
  /** As many are started at once, and are kept when there is nothing to do. At most `nWorkers`. Default 1. */
  readonly minWorkers?: number | undefined
  /** Milliseconds that a worker beyond those may have nothing to do before it is ended. Default 60,000. */
  readonly idleTimeout?: number | undefined
  /** After so many tasks a worker is replaced: for functions that leak. Default: never. */
  readonly maxTasksPerWorker?: number | undefined
  /**
   * How many tasks may wait for a worker. `submitTasks` resolves when there is room for the last of its batch, so that one
   * who awaits it submits no faster than tasks are run. `submit` and `map` of a `Client` throw `ERR_QUEUE_FULL` beyond it.
   * Default: any number.
   */
  readonly maxQueue?: number | undefined
  /**
   * What a worker may hold: bytes, or `'512MiB'`. In Node its heap is limited, and a worker whose heap and buffers are over it
   * between two tasks, or while one waits, is replaced. (The heap of a worker that you make yourself is for you to limit.) One
   * task can exceed it before that is seen. Elsewhere it is not enforced, which the logger says. Default: what the platform
   * allows.
   */
  readonly memoryLimit?: number | string | undefined
  /** Called in each worker before its first task; a worker in which it throws does not start. */
  readonly setup?: TaskFunction | undefined
  /** How many async tasks one worker runs at a time, at most 1,000,000. Default 1. */
  readonly threadsPerWorker?: number | undefined
  /** How many lost workers a task that had started survives. Default 3. */
  readonly allowedFailures?: number | undefined
  /** Your own worker: a URL, or a function that makes it. It calls `expose` of `daskflow/worker`. */
  readonly worker?: WorkerSource | undefined
  /** Milliseconds that a worker has to get ready. Default 30,000. */
  readonly timeout?: number | undefined
  /** Milliseconds that a task may take from its start, where its own `timeout` says nothing. Default: any time. */
  readonly taskTimeout?: number | undefined
  /** What each worker has, for tasks that ask for it: `{ GPU: 1 }`. Default: nothing. */
  readonly resources?: Amounts | undefined
  /** Milliseconds that a cancelled task has to end by itself, before its worker is replaced. Default 100. */
  readonly cancelGrace?: number | undefined
  /** Names the backend for an engine. */
  readonly name?: string | undefined
  /** Accepted, as Dask's users write it; there is no dashboard here. */
  readonly dashboardAddress?: null | undefined
}

// Each takes a few bytes of every worker before it runs anything.
const MAX_THREADS = 1_000_000

const CHECKS: Readonly<Record<keyof DaskResources, Check>> = {
  ...REMOTE_CHECKS,
  nWorkers: positiveInteger,
  minWorkers: positiveInteger,
  idleTimeout: isTime,
  maxTasksPerWorker: positiveInteger,
  maxQueue: positiveInteger,
  memoryLimit: (value) =>
    parseBytes(value) === undefined ? "must be bytes, more than 0, as a number or like '512MiB'" : undefined,
  setup: isSetup,
  threadsPerWorker: (value) =>
    positiveInteger(value) ?? (Number(value) > MAX_THREADS ? `must be at most ${MAX_THREADS}` : undefined),
  allowedFailures: (value) => (Number.isInteger(value) && (value as number) >= 0 ? undefined : 'must be an integer, 0 or more'),
  worker: isWorkerSource,
  timeout: isTime,
  taskTimeout: isTime,
  cancelGrace: isDelay,
  resources: isAmounts,
  name: isName,
  dashboardAddress: (value) => (value === null ? undefined : 'must be null: the embedded cluster has no dashboard'),
}

// Words of the contract that this version does not do yet.
const LATER = ['heartbeatInterval']

/** What was configured, told apart. */
export interface CheckedResources {
  readonly name?: string | undefined
  readonly taskTimeout?: number | undefined
  /** Where the workers are started elsewhere. */
  readonly remote?: RemoteOptions | undefined
  /** Of workers of one's own. */
  readonly limits: Limits
}

interface Limits
  extends Omit<DaskResources, keyof RemoteResources | 'name' | 'taskTimeout' | 'dashboardAddress' | 'memoryLimit'> {
  /** Bytes. */
  readonly memoryLimit?: number | undefined
}

/**
 * @param variable reads the environment, where that may name a cluster
 * @throws what `checkKeys` throws; `resources` itself must be a plain object, `null` or `undefined`
 */
export function checkResources(given: unknown, variable?: Runtime['variable']): CheckedResources {
  const resources = given ?? {}
  if (!isRecord(resources)) throw configurationError(`resources must be a plain object, got ${show(resources)}`)
  checkKeys(resources, { what: 'resources', checks: CHECKS, later: LATER })
  const { address, schedulerFile, security, name, taskTimeout, dashboardAddress: _, ...limits } = resources as DaskResources
  const local = keyOf(resources, WITH_ADDRESS)
  const remote = remoteOf({ address, schedulerFile, security }, local === undefined ? variable : undefined)
  if (remote !== undefined && local !== undefined)
    throw configurationError(`resources.${local} goes with no address: the workers of that cluster are started elsewhere`)
  const { nWorkers, minWorkers, memoryLimit, timeout } = limits
  if (nWorkers !== undefined && minWorkers !== undefined && minWorkers > nWorkers) {
    throw configurationError(`resources.minWorkers must be at most nWorkers (${nWorkers}), got ${minWorkers}`)
  }
  return {
    name,
    taskTimeout,
    remote: remote && { ...remote, timeout },
    limits: { ...limits, memoryLimit: memoryLimit === undefined ? undefined : parseBytes(memoryLimit) },
  }
}

// What else there is to say is about workers, which are started elsewhere.
const WITH_ADDRESS = [...Object.keys(REMOTE_CHECKS), 'name', 'timeout', 'taskTimeout', 'dashboardAddress']
// Or about a cluster.
const WITH_CLUSTER = ['name', 'taskTimeout', 'dashboardAddress']

/** The first that is given beside those. */
function keyOf(resources: object, others: readonly string[]): string | undefined {
  return Object.entries(resources).find(([key, value]) => value !== undefined && !others.includes(key))?.[0]
}

/** Says where a limit is not enforced. */
export function warnOfLimit(
  { memoryLimit }: { readonly memoryLimit?: unknown },
  { limitsMemory, runtime }: WorkerAdapter,
  logger: Logger,
): void {
  if (memoryLimit !== undefined && limitsMemory !== true)
    logger.warn(`daskflow: memoryLimit is not enforced by '${runtime}' workers`)
}

/** A cluster that was given has workers of its own. @throws {TypeError} with `code` `ERR_RESOURCES`, naming the key */
export function refuseCluster(resources: object | null | undefined): void {
  const key = keyOf(resources ?? {}, WITH_CLUSTER)
  if (key !== undefined) throw configurationError(`resources.${key} goes with no cluster that was given: it has its own`)
}

function isSetup(value: unknown): string | undefined {
  if (isModuleFunction(value) || (typeof value === 'string' && value !== '')) return undefined
  if (typeof value !== 'function') return 'must be a function, a moduleFunction or the name of an exposed function'
  const fn = value as () => unknown
  const refusal = refusalOf(scopedOf(fn)?.function ?? fn)
  return refusal === undefined ? undefined : `cannot be shipped: ${refusal}`
}

export function positiveInteger(value: unknown): string | undefined {
  return Number.isInteger(value) && (value as number) > 0 ? undefined : 'must be an integer, 1 or more'
}

export function isWorkerSource(value: unknown): string | undefined {
  return typeof value === 'function' || value instanceof URL || (typeof value === 'string' && value !== '')
    ? undefined
    : 'must be a URL or a function that makes a worker'
}
