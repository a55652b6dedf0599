import { isPrimitive } from './snapshot.js'

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
  if (value === undefined) return `unreadable (${reason})`
  return `of type ${Object.prototype.toString.call(value).slice(8, -1)} (${reason})`
}
