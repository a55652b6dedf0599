import type { Path } from '../core/cluster.js'

/** Puts a value where the path leads. What is on the way MUST be there. */
export function setAt(root: readonly unknown[], path: Path, value: unknown): void {
  let owner = root as unknown as Record<string | number, unknown>
  for (let i = 0; i < path.length - 1; i++) owner = owner[path[i] as string | number] as typeof owner
  owner[path.at(-1) as string | number] = value
}
