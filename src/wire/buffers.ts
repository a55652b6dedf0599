// What is larger is copied where it was not looked at: it is made of many parts, and the buffers are not what counts.
const MAX_PARTS = 1_000

/** The buffers that a value holds, for who moves it on and does not need it any more. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  const seen = new Set<object>()
  const todo: unknown[] = [value]
  while (todo.length > 0 && seen.size < MAX_PARTS) {
    const part = todo.pop()
    if (typeof part !== 'object' || part === null || seen.has(part)) continue
    seen.add(part)
    const bytes = ArrayBuffer.isView(part) ? part.buffer : part
    if (bytes instanceof ArrayBuffer) buffers.add(bytes)
    else if (!ArrayBuffer.isView(part)) for (const inner of partsOf(part)) if (todo.push(inner) > MAX_PARTS) break
  }
  return [...buffers]
}

function partsOf(owner: object): Iterable<unknown> {
  if (Array.isArray(owner) || owner instanceof Set) return owner
  if (owner instanceof Map) return owner.values()
  return Object.values(owner)
}
