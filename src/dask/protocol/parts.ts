import { isRecord } from '../../core/record.js'
import { PythonCall, PythonTuple } from './python.js'

/** What a value of a pickle holds, in the order in which it is written; `undefined` for what can hold nothing. */
export function partsOf(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return value
  if (value instanceof PythonTuple) return value.items
  if (value instanceof Map) return entriesOf(value)
  if (value instanceof Set) return [...value]
  if (value instanceof PythonCall) return partsOfCall(value)
  return isRecord(value) ? Object.values(value) : undefined
}

function partsOfCall({ callable, args, kwargs, items, entries, state }: PythonCall): readonly unknown[] {
  return [callable, args, kwargs, ...(items ?? []), ...(entries === undefined ? [] : entriesOf(entries)), state]
}

function entriesOf(map: ReadonlyMap<unknown, unknown>): readonly unknown[] {
  const parts: unknown[] = []
  for (const [key, value] of map) parts.push(key, value)
  return parts
}
