import type { Path } from '../core/cluster.js'

/** Puts a value where the path leads. What is on the way MUST be there. */
export function setAt(root: readonly unknown[], path: Path, value: unknown): void {
  let owner: unknown = root
  for (let i = 0; i < path.length - 1; i++) owner = get(owner, path[i])
  set(owner, path.at(-1), value)
}

function get(owner: unknown, step: unknown): unknown {
  if (owner instanceof Map) return owner.get(step)
  if (owner instanceof Set) return [...owner][step as number]
  return (owner as Record<string, unknown>)[step as string]
}

function set(owner: unknown, step: unknown, value: unknown): void {
  if (owner instanceof Map) owner.set(step, value)
  else if (owner instanceof Set) {
    const items = [...owner]
    items[step as number] = value
    owner.clear()
    for (const item of items) owner.add(item)
  } else (owner as Record<string, unknown>)[step as string] = value
}
