const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['tb', 1e12],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
  ['tib', 2 ** 40],
])

/** Bytes, as a number or as Dask writes them: `512MiB`, `2 GB`. Answers `undefined` for what is neither, or is not above 0. */
export function parseBytes(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const [, digits, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(value)) ?? []
  const bytes = Math.round(Number(digits) * (UNITS.get(unit.toLowerCase()) ?? Number.NaN))
  return bytes > 0 ? bytes : undefined
}
