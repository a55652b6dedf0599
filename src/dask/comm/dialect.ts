import { ClusterError } from '../../core/errors.js'
import { isRecord } from '../../core/record.js'

/** What a scheduler understands, as it follows from its version. One has what was new in all before. */
export interface Dialect {
  /** Of `distributed`, as the scheduler says it. */
  readonly version: string
  /** How a graph is handed in. `tasks`: as messages; `graph`: as a pickled graph; `expression`: as a pickled expression. */
  readonly graphs: 'tasks' | 'graph' | 'expression'
  /** How keys are cancelled: by a request, by a message, or by one that says why. */
  readonly cancels: 'request' | 'message' | 'reason'
  /** Whether a worker that registers must list its values. Later, it must not. */
  readonly listsValues: boolean
}

/** @throws {ClusterError} `ERR_NOT_SUPPORTED` for a version whose graphs we cannot write */
export function dialectOf(version: string): Dialect {
  const release = version.split('.', 3).map((part) => Number.parseInt(part, 10))
  const from = (...other: readonly number[]) => isFrom(release, other)
  if (release.length < 2 || release.some(Number.isNaN) || !from(2022, 12) || (from(2023, 4) && !from(2024, 11))) {
    const message = `The scheduler's version of distributed is ${version}; daskflow speaks with 2022.12 to 2023.3, and with 2024.11 and later`
    throw new ClusterError(message, { code: 'ERR_NOT_SUPPORTED' })
  }
  return {
    version,
    graphs: from(2025, 4) ? 'expression' : from(2023, 4) ? 'graph' : 'tasks',
    cancels: from(2025, 3) ? 'reason' : from(2023, 3, 1) ? 'message' : 'request',
    listsValues: !from(2023, 4),
  }
}

function isFrom(release: readonly number[], other: readonly number[]): boolean {
  for (let i = 0; i < other.length; i++) {
    const difference = (release[i] ?? 0) - (other[i] as number)
    if (difference !== 0) return difference > 0
  }
  return true
}

/** Of `distributed`, in what a scheduler answers to `versions`. @throws {ClusterError} where it does not say it */
export function versionOf(address: string, versions: unknown): string {
  const packages = isRecord(versions) ? versions.packages : undefined
  const version = isRecord(packages) ? packages.distributed : undefined
  if (typeof version === 'string') return version
  throw new ClusterError(`What answers at ${address} is no Dask scheduler: it does not say its version of distributed`)
}
