/** The first key that is not known, and the known one it was probably meant to be; `undefined` when all are known. */
export function unknownKey(given: object, known: readonly string[]): { key: string; nearest: string | undefined } | undefined {
  const key = Object.keys(given).find((candidate) => !known.includes(candidate))
  return key === undefined ? undefined : { key, nearest: nearest(key, known) }
}

/** `unknown` as a sentence. */
export function describeUnknown(
  { key, nearest }: { key: string; nearest: string | undefined },
  known: readonly string[],
): string {
  return nearest === undefined
    ? `'${key}' is not known. Known: ${known.join(', ')}`
    : `'${key}' is not known. Did you mean '${nearest}'?`
}

function nearest(key: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, distance: editDistance(plain(key), plain(name)) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= Math.max(1, key.length / 3) ? best.name : undefined
}

// Python's `n_workers` is `nWorkers` here.
function plain(key: string): string {
  return key.replace(/[_-]/g, '').toLowerCase()
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(change, (previous[j] as number) + 1, (current[j - 1] as number) + 1))
    }
    previous = current
  }
  return previous[b.length] as number
}
