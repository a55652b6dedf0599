import type { Path } from './cluster.js'

/** Puts a value where the path leads, in the place of what is there. @throws {TypeError} when it leads nowhere */
export function setAt(root: readonly unknown[], path: Path, value: unknown): void {
  let owner: unknown = root
  for (const step of path.slice(0, -1)) owner = get(owner, step)
  set(owner, path.at(-1), value)
}

function get(owner: unknown, step: unknown): unknown {
  if (owner instanceof Map) return owner.get(step)
  return requireOwn(owner, step)[step as string]
}

function set(owner: unknown, step: unknown, value: unknown): void {
  if (owner instanceof Map) owner.set(step, value)
  else requireOwn(owner, step)[step as string] = value
}

// A path may come from another machine, and must not lead to a prototype.
function requireOwn(owner: unknown, step: unknown): Record<string, unknown> {
  if (typeof owner === 'object' && owner !== null && Object.hasOwn(owner, step as string)) return owner as Record<string, unknown>
  throw new TypeError(`There is nothing at ${String(step)}, where a value belongs`)
}
