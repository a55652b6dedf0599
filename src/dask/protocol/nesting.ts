import { partsOf } from './parts.js'

interface Level {
  readonly value: object
  readonly parts: readonly unknown[]
  next: number
  /** Levels below it, as far as it is known. */
  below: number
}

/**
 * Whether objects are in each other deeper than that.
 *
 * What leads back to an object around it is no depth; whoever walks through a value that may be cyclic must watch for that
 * anyway. Does not recurse, and looks into an object once, since one may be in as many places as a pickle has bytes.
 */
export function nestsDeeperThan(limit: number, root: unknown): boolean {
  // Of an object around this place: 0.
  const heights = new Map<object, number>()
  const levels: Level[] = []
  const enter = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 0
    const height = heights.get(value)
    if (height !== undefined) return height
    const parts = partsOf(value)
    if (parts === undefined) return 0
    heights.set(value, 0)
    levels.push({ value, parts, next: 0, below: 0 })
    return 0
  }
  enter(root)
  for (let level = levels.at(-1); level !== undefined && levels.length <= limit; level = levels.at(-1)) {
    if (level.next < level.parts.length) {
      level.below = Math.max(level.below, enter(level.parts[level.next++]))
      if (levels.length + level.below > limit) return true
      continue
    }
    levels.pop()
    heights.set(level.value, level.below + 1)
    const around = levels.at(-1)
    if (around !== undefined) around.below = Math.max(around.below, level.below + 1)
  }
  return levels.length > 0
}
