import { isMap, isRecord } from '../core/record.js'
import type { Check } from '../input/check-keys.js'
import { checkTaskOptions } from '../input/task-options.js'
import { Future } from './future.js'
import type { Gathered } from './types.js'

// In place of the value of a future that failed, until it is left out.
const LEFT_OUT = Symbol('left out')

/** The options of `gather`. */
export interface GatherOptions {
  /** What becomes of futures that failed: `raise` (default) rejects with the first, `skip` leaves them out. */
  readonly errors?: 'raise' | 'skip' | undefined
}

const CHECKS: Readonly<Record<keyof GatherOptions, Check>> = {
  errors: (value) => (value === 'raise' || value === 'skip' ? undefined : "must be 'raise' or 'skip'"),
}

/** The values of futures, in their shape. See `BaseClient.gather`. */
export async function gather<T>(futures: T, options: GatherOptions): Promise<Gathered<T>> {
  const { errors = 'raise' } = checkTaskOptions<GatherOptions>(options, { what: 'options', checks: CHECKS })
  const resultOf = async (future: Future): Promise<unknown> => {
    if (errors === 'raise') return future.result()
    return (await future.exception()) === undefined ? future.result().catch(() => LEFT_OUT) : LEFT_OUT
  }
  const value = await collect(futures, resultOf)
  return (value === LEFT_OUT ? undefined : value) as Gathered<T>
}

async function collect(value: unknown, resultOf: (future: Future) => Promise<unknown>): Promise<unknown> {
  if (Future.isFuture(value)) return resultOf(value)
  const valuesOf = async (items: readonly unknown[]) => {
    const values = await Promise.all(items.map((item) => collect(item, resultOf)))
    return values.filter((item) => item !== LEFT_OUT)
  }
  const entriesOf = async (entries: readonly (readonly [unknown, unknown])[]) => {
    const values = await Promise.all(entries.map(async ([key, item]) => [key, await collect(item, resultOf)] as const))
    return values.filter(([, item]) => item !== LEFT_OUT)
  }
  if (Array.isArray(value)) return valuesOf(value)
  // As `wait` answers them.
  if (value instanceof Set) return new Set(await valuesOf([...value]))
  if (isMap(value)) return new Map(await entriesOf([...value]))
  if (isRecord(value)) return Object.fromEntries((await entriesOf(Object.entries(value))) as [string, unknown][])
  return value
}
