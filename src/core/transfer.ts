import type { TransferList } from './adapter.js'

// `Symbol.for`: a task module may import a second copy of this code, and the copies must know each other's marks.
const MARK: unique symbol = Symbol.for('daskflow.transfer') as never

/** A value that travels with a list of objects to move. */
export interface Transferred {
  readonly value: unknown
  readonly [MARK]: TransferList
}

/**
 * Marks a value whose buffers are to be moved, not copied: an argument, or what a task returns.
 *
 * Typed as the value itself, since that is what the other side gets. Only the value as a whole can be marked, and the
 * marked objects are gone on this side once the value was sent.
 *
 * @example
 * return transfer(pixels, [pixels.buffer])
 */
export function transfer<T>(value: T, objects: TransferList): T {
  if (!Array.isArray(objects)) throw new TypeError('transfer(value, objects): objects must be an array')
  // The method makes it something that cannot be cloned: a mark that nobody takes off must not arrive as a strange record.
  return { value, [MARK]: objects, mark() {} } as Transferred as T
}

export function isTransferred(value: unknown): value is Transferred {
  return typeof value === 'object' && value !== null && Array.isArray((value as Partial<Transferred>)[MARK])
}

/** The objects that a mark moves. */
export function transferListOf(marked: Transferred): TransferList {
  return marked[MARK]
}
