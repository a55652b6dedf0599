/**
 * How much a pickle may be; whoever sent it may have meant harm. Its out-of-band buffers do not count, as they are there
 * already. `memo` and `objects` MUST be less than 2 ** 24, which is as much as a Map takes.
 */
export interface PickleLimits {
  /** Of the pickle. */
  readonly bytes: number
  /** Values that wait to be taken up by others. The items of a tuple all wait for the last. */
  readonly stack: number
  /** Values that it may refer back to. */
  readonly memo: number
  /** Objects within objects, as deep as a recursion into the value gets. */
  readonly nesting: number
  /** Objects, texts, and entries of dicts and sets. An empty dict is one byte of pickle and some 250 of memory. */
  readonly objects: number
}

export const DEFAULT_LIMITS: PickleLimits = {
  bytes: 2 ** 30,
  stack: 10_000_000,
  memo: 10_000_000,
  // What Python's own pickler writes before it has enough; the writer here keeps to it as well.
  nesting: 1_000,
  objects: 4_000_000,
}
