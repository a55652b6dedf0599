import type { TransferList } from '../core/adapter.js'
import { isPrimitive } from './snapshot.js'

// What is larger is not worth the walk: a port that somebody returns or logs by mistake lies near the top.
const MAX_LOOKED_AT = 1_000

/**
 * Throws what a clone of a `MessagePort` throws, before it is tried: Node (20 to 24 at least) ends the whole process when
 * it is to clone one that was closed.
 *
 * @param moved what is transferred, and so is not cloned
 */
export function refusePorts(value: unknown, moved: TransferList = []): void {
  if (typeof MessagePort === 'undefined' || isData(value) || !holdsPort(value, new Set(moved))) return
  throw new DOMException('A MessagePort can only be moved', 'DataCloneError')
}

/** `structuredClone`, without that danger. */
export function clone<T>(value: T, transfer: TransferList = []): T {
  refusePorts(value, transfer)
  return structuredClone(value, { transfer })
}

/** What needs no search: bytes and primitives, or some of them. */
function isData(value: unknown): boolean {
  return isDatum(value) || (Array.isArray(value) && value.every(isDatum))
}

function isDatum(value: unknown): boolean {
  return isPrimitive(value) || ArrayBuffer.isView(value)
}

function holdsPort(value: unknown, moved: ReadonlySet<unknown>): boolean {
  const todo: unknown[] = [value]
  const seen = new Set<unknown>()
  while (todo.length > 0 && seen.size < MAX_LOOKED_AT) {
    const part = todo.pop()
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part) || moved.has(part) || seen.has(part)) continue
    if (part instanceof MessagePort) return true
    seen.add(part)
    try {
      for (const inner of partsOf(part)) if (typeof inner === 'object') todo.push(inner)
    } catch {
      // A proxy that does not let itself be looked at: nothing of it can be cloned either.
    }
  }
  return false
}

function* partsOf(owner: object): Iterable<unknown> {
  let left = MAX_LOOKED_AT
  if (Array.isArray(owner) || owner instanceof Set) {
    for (const item of owner)
      if (left-- > 0) yield item
      else return
  } else if (owner instanceof Map) {
    for (const entry of owner)
      if (left-- > 0) yield* entry
      else return
  } else {
    // Not what a getter would answer: the clone asks it, and once is enough.
    for (const key of Object.keys(owner))
      if (left-- > 0) yield Object.getOwnPropertyDescriptor(owner, key)?.value
      else return
    if (owner instanceof Error) yield owner.cause
  }
}
