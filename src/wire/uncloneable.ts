import { isTransferred } from '../core/transfer.js'
import { UNSENDABLE } from '../core/unsendable.js'

/**
 * Refuses buffers that were moved away before. Node would post such a list without a word, and the message would never
 * arrive.
 */
export function checkTransferList(transfer: readonly unknown[]): void {
  for (const object of transfer) {
    if (object instanceof ArrayBuffer && isDetached(object)) throw new TypeError('a buffer was moved away before')
  }
}

/** Where a value that cannot be cloned is, and what it is. */
export interface Uncloneable {
  /** For example `args[0].onDone`. */
  readonly path: string
  readonly what: string
}

interface Place {
  readonly path: string
  readonly read: () => unknown
}

// What is larger is described as a whole.
const MAX_PLACES = 100_000

/**
 * Finds the part of a value that made a clone fail; `undefined` when no part is to blame.
 *
 * It looks, and clones nothing: a failed clone of some platform objects takes Node down with it, and a value may be
 * nested so deep that to clone it is what fails.
 *
 * @param moved what is transferred, and so need not be cloned
 */
export function findUncloneable(value: unknown, path: string, moved: ReadonlySet<unknown> = new Set()): Uncloneable | undefined {
  const todo: Place[] = [{ path, read: () => value }]
  const visited = new Set<unknown>()
  let suspect: Uncloneable | undefined
  for (let place = todo.pop(); place !== undefined && visited.size < MAX_PLACES; place = todo.pop()) {
    let part: unknown
    try {
      part = place.read()
      if (visited.has(part) || moved.has(part)) continue
      if (typeof part === 'object' && part !== null) visited.add(part)
      const what = whatIsWrong(part)
      if (what !== undefined) return { path: place.path, what }
      if (isExotic(part)) suspect ??= { path: place.path, what: `of type ${tagOf(part)}` }
      // Not `push(...parts)`: there may be more than a call takes arguments.
      else for (const next of partsOf(part, place.path).reverse()) todo.push(next)
    } catch (error) {
      return { path: place.path, what: `unreadable (${error instanceof Error ? error.message : String(error)})` }
    }
  }
  return suspect
}

/** What it is, in words, where that alone says that it cannot be sent; its parts may say so as well. */
export function whatIsWrong(value: unknown): string | undefined {
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function '${value.name}'`
  if (typeof value === 'symbol') return 'a symbol'
  if (isTransferred(value)) return 'marked by transfer(), which goes around a whole argument or result only,'
  const unsendable = (value as { readonly [UNSENDABLE]?: unknown } | null | undefined)?.[UNSENDABLE]
  if (typeof unsendable === 'string') return unsendable
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value
  return buffer instanceof ArrayBuffer && isDetached(buffer) ? 'a buffer that was moved away before' : undefined
}

// A view on a detached buffer cannot be made; there is no older test for it.
function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false
  try {
    new Uint8Array(buffer)
    return false
  } catch {
    return true
  }
}

// The types of the language that every platform clones. Of the others, some can be cloned; none can be looked into.
const CLONEABLE = new Set(
  'Object Array Map Set Date RegExp Error Boolean Number String BigInt ArrayBuffer SharedArrayBuffer DataView'.split(' '),
)

function isExotic(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !CLONEABLE.has(tagOf(value))
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

function partsOf(value: unknown, path: string): Place[] {
  // The keys of a typed array are its elements.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  if (value instanceof Map) {
    return [...value].flatMap(([key, item], i): Place[] => [
      { path: `${path}.keys()[${i}]`, read: () => key },
      { path: `${path}${stepToItem(key, i)}`, read: () => item },
    ])
  }
  if (value instanceof Set) return [...value].map((item, i): Place => ({ path: `${path}.values()[${i}]`, read: () => item }))
  const keys = Object.keys(value)
  // Cloned, though it is not enumerable.
  if (value instanceof Error && 'cause' in value && !keys.includes('cause')) keys.push('cause')
  return keys.map((key): Place => ({ path: `${path}${stepOf(value, key)}`, read: () => (value as Record<string, unknown>)[key] }))
}

/** From a Map to what is under a key. */
export function stepToItem(key: unknown, i: number): string {
  return typeof key === 'string' ? `.get(${JSON.stringify(key)})` : `.values()[${i}]`
}

/** From an array or a record to a part. */
export function stepOf(owner: object, key: string): string {
  if (Array.isArray(owner)) return `[${key}]`
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}
