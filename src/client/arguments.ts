import type { Path } from '../core/cluster.js'
import { isRecord } from '../core/record.js'
import { Future } from './future.js'
import type { FutureInput } from './submitted-task.js'

/** The arguments of a task with the futures taken out, and where those were. */
export interface TakenApart {
  readonly args: readonly unknown[]
  readonly inputs: readonly FutureInput[]
}

/**
 * Finds the futures among arguments, in arrays and plain records however deep. What holds none is left as it is; what holds
 * one is copied, without it.
 *
 * @throws {TaskCanceledError} for a future that was released
 */
export function takeFutures(args: readonly unknown[]): TakenApart {
  const inputs: FutureInput[] = []
  const path: (string | number)[] = []
  const holders = new Set<object>()
  const taken = takeFromArray(args, { inputs, path, holders })
  return { args: taken, inputs }
}

interface Search {
  readonly inputs: FutureInput[]
  readonly path: (string | number)[]
  /** What we are in: a value may hold itself. */
  readonly holders: Set<object>
}

function take(value: unknown, search: Search): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Future.isFuture(value)) {
    search.inputs.push({ state: Future.stateOf(value), path: [...search.path] as Path })
    return undefined
  }
  if (search.holders.has(value)) return value
  search.holders.add(value)
  const taken = Array.isArray(value) ? takeFromArray(value, search) : isRecord(value) ? takeFromRecord(value, search) : value
  search.holders.delete(value)
  return taken
}

function takeFromArray(array: readonly unknown[], search: Search): readonly unknown[] {
  let copy: unknown[] | undefined
  for (let i = 0; i < array.length; i++) {
    const item = array[i]
    const taken = takeAt(i, item, search)
    if (taken === item) continue
    copy ??= [...array]
    copy[i] = taken
  }
  return copy ?? array
}

function takeFromRecord(record: Readonly<Record<string, unknown>>, search: Search): Readonly<Record<string, unknown>> {
  let copy: Record<string, unknown> | undefined
  for (const key of Object.keys(record)) {
    // Putting a value there later would set the prototype.
    if (key === '__proto__') continue
    const item = record[key]
    const taken = takeAt(key, item, search)
    if (taken === item) continue
    copy ??= { ...record }
    copy[key] = taken
  }
  return copy ?? record
}

function takeAt(step: string | number, item: unknown, search: Search): unknown {
  if (typeof item !== 'object' || item === null) return item
  search.path.push(step)
  const taken = take(item, search)
  search.path.pop()
  return taken
}
