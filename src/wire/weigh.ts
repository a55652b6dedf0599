import { sizeOf } from './size-of.js'
import { ALONE, snapshot } from './snapshot.js'

/** A value that is small enough to be wherever it may be needed. */
export interface SmallValue {
  readonly value: unknown
}

// What is smaller is sent with the word that it is done: to ask for it would cost more.
const SMALL_BYTES = 1_024

/** A copy of a small plain value; of others, about how many bytes they take. */
export function weigh(value: unknown): SmallValue | number {
  const bytes = bytesOf(value)
  if (bytes > SMALL_BYTES) return bytes
  const copy = snapshot(value)
  return copy === ALONE ? bytes : { value: copy }
}

// What cannot be looked at cannot be sent either; but tasks where it is can use it.
function bytesOf(value: unknown): number {
  try {
    return sizeOf(value)
  } catch {
    return SMALL_BYTES + 1
  }
}
