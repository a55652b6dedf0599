/** Answer of `snapshot` for a value that must cross in a message of its own. */
export const ALONE: unique symbol = Symbol('alone')

// Beyond this a message of its own costs next to nothing beside the value.
const MAX_NODES = 256

let nodes = 0
const seen: object[] = []

/**
 * Copies a small plain value, so that it can share a message with other tasks' values.
 *
 * Values in one structured clone keep their identity: without the copy, two tasks that were given the same object would
 * share one in the worker and see each other's changes. And a result that waits in the outbox must not change when the
 * task's module goes on using it.
 *
 * Plain means what JSON could say, with `undefined` and bigint; anything else, anything large and anything that holds
 * one object twice is `ALONE`.
 */
export function snapshot(value: unknown): unknown | typeof ALONE {
  if (isPrimitive(value)) return value
  nodes = 0
  seen.length = 0
  const copied = copy(value)
  seen.length = 0
  return copied
}

/** Whether structured clones carry it without making an object. */
export function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
}

function copy(value: unknown): unknown {
  if (isPrimitive(value)) return value
  if (typeof value !== 'object' || ++nodes > MAX_NODES || seen.includes(value as object)) return ALONE
  seen.push(value as object)
  try {
    return Array.isArray(value) ? copyArray(value) : copyRecord(value as Record<string, unknown>)
  } catch {
    // A getter or a proxy that throws: the clone of the message of its own will say so.
    return ALONE
  }
}

function copyArray(array: readonly unknown[]): unknown {
  const { length } = array
  nodes += length
  if (nodes > MAX_NODES || Object.getPrototypeOf(array) !== Array.prototype) return ALONE
  const out = new Array<unknown>(length)
  for (let i = 0; i < length; i++) {
    const item = array[i]
    if (item === undefined && !(i in array)) return ALONE
    const copied = copy(item)
    if (copied === ALONE) return ALONE
    out[i] = copied
  }
  return Object.keys(array).length === length ? out : ALONE
}

function copyRecord(record: Record<string, unknown>): unknown {
  const prototype = Object.getPrototypeOf(record)
  if (prototype !== Object.prototype && prototype !== null) return ALONE
  const keys = Object.keys(record)
  nodes += keys.length
  if (nodes > MAX_NODES) return ALONE
  const out: Record<string, unknown> = {}
  for (const key of keys) {
    // Assigning it would set the prototype.
    if (key === '__proto__') return ALONE
    const copied = copy(record[key])
    if (copied === ALONE) return ALONE
    out[key] = copied
  }
  return out
}
