import type { Path } from './cluster.js'

/** Puts a value where the path leads. What is on the way MUST be there. */
export function setAt(root: readonly unknown[], path: Path, value: unknown): void {
  let owner: unknown = root
  for (let i = 0; i < path.length - 1; i++) owner = get(owner, path[i])
  set(owner, path.at(-1), value)
}

function get(owner: unknown, step: unknown): unknown {
  return owner instanceof Map ? owner.get(step) : (owner as Record<string, unknown>)[step as string]
}

function set(owner: unknown, step: unknown, value: unknown): void {
  if (owner instanceof Map) owner.set(step, value)
  else (owner as Record<string, unknown>)[step as string] = value
}
