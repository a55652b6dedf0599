import { availableParallelism, totalmem } from 'node:os'
import { parseBytes } from '../core/bytes.js'

/** Bytes that this process may hold: those of the machine, or fewer where it is kept within limits, as in a container. */
function memoryOfMachine(): number {
  const limit = process.constrainedMemory?.() ?? 0
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/** What workers of so many threads may hold, each: as much of the memory as they use of the cores. */
export function autoLimit(nthreads: number, nworkers = 1): number {
  const share = Math.min(1, (nthreads * nworkers) / availableParallelism())
  return Math.floor((memoryOfMachine() * share) / nworkers)
}

/** As Dask's own workers are told: `4e9`, `'4GB'`, `'4GiB'`, or a share of the memory, `0.5`. `undefined` for what is none of these. */
export function parseLimit(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || Number.isNaN(number)) return parseBytes(value)
  if (number > 0 && number <= 1) return Math.floor(number * memoryOfMachine())
  return Number.isFinite(number) && number > 1 ? Math.floor(number) : undefined
}
