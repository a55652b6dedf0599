import { partsOf } from './parts.js'

/**
 * The objects that are in more than one place of a value, or within themselves. Only for these a pickle must say that it
 * may refer back to them.
 */
export function findRepeated(root: unknown): ReadonlySet<unknown> {
  const once = new Set<unknown>()
  const repeated = new Set<unknown>()
  const todo: unknown[] = [root]
  while (todo.length > 0) {
    const value = todo.pop()
    if (typeof value !== 'object' || value === null) continue
    if (once.has(value)) {
      repeated.add(value)
      continue
    }
    once.add(value)
    for (const part of readableParts(value)) {
      if (typeof part === 'object') todo.push(part)
    }
  }
  return repeated
}

// The writer comes to what throws, and knows its place.
function readableParts(value: object): readonly unknown[] {
  try {
    return partsOf(value) ?? []
  } catch {
    return []
  }
}
