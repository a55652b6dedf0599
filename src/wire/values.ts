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

function isPrimitive(value: unknown): boolean {
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

/**
 * Refuses buffers that were moved away before. Node would post such a list without a word, and the message would never
 * arrive.
 */
export function checkTransferList(transfer: readonly unknown[]): void {
  for (const object of transfer) {
    // A view on a detached buffer cannot be made; there is no older test for it.
    if (object instanceof ArrayBuffer) new Uint8Array(object)
  }
}

/** Where a value that could not be cloned is, and what it is. */
export interface Uncloneable {
  /** For example `args[0].onDone`. */
  readonly path: string
  readonly what: string
}

/**
 * Finds the first part of a value that cannot be cloned; `undefined` when all of it can.
 *
 * Slow, for error messages: it tries each part, inwards from the whole.
 */
export function findUncloneable(value: unknown, path: string, clone: (value: unknown) => unknown): Uncloneable | undefined {
  let cause: unknown
  try {
    clone(value)
    return undefined
  } catch (error) {
    cause = error
  }
  return findInside(value, path, clone, new Set()) ?? { path, what: describe(value, cause) }
}

function findInside(
  value: unknown,
  path: string,
  clone: (value: unknown) => unknown,
  visited: Set<unknown>,
): Uncloneable | undefined {
  if (typeof value !== 'object' || value === null || visited.has(value)) return undefined
  visited.add(value)
  for (const [step, part] of partsOf(value)) {
    const inner = `${path}${step}`
    let read: unknown
    try {
      read = part()
      clone(read)
    } catch (error) {
      return findInside(read, inner, clone, visited) ?? { path: inner, what: describe(read, error) }
    }
  }
  return undefined
}

type Part = readonly [step: string, read: () => unknown]

function partsOf(value: object): readonly Part[] {
  // The keys of a typed array are its elements.
  if (ArrayBuffer.isView(value)) return []
  try {
    if (value instanceof Map) {
      return [...value].flatMap(([key, item], i): Part[] => [
        [`.keys()[${i}]`, () => key],
        [isPrimitive(key) ? `.get(${JSON.stringify(key)})` : `.values()[${i}]`, () => item],
      ])
    }
    if (value instanceof Set) return [...value].map((item, i): Part => [`.values()[${i}]`, () => item])
    return Object.keys(value).map((key): Part => [stepOf(value, key), () => (value as Record<string, unknown>)[key]])
  } catch {
    return []
  }
}

function stepOf(owner: object, key: string): string {
  if (Array.isArray(owner)) return `[${key}]`
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

function describe(value: unknown, cause: unknown): string {
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function '${value.name}'`
  if (typeof value === 'symbol') return 'a symbol'
  const reason = cause instanceof Error ? cause.message : String(cause)
  const kind = Object.prototype.toString.call(value).slice(8, -1)
  return value === undefined ? `unreadable (${reason})` : `${article(kind)} ${kind} (${reason})`
}

function article(noun: string): string {
  return /^[AEIOU]/i.test(noun) ? 'an' : 'a'
}
