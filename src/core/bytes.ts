const PREFIXES = ['', 'k', 'm', 'g', 't', 'p']

/**
 * Bytes, as a number or as Dask writes them: `512MiB`, `512 Mi`, `2GB`, `2g`. Answers `undefined` for what is neither, or is
 * not above 0.
 */
export function parseBytes(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const [, digits, prefix = '', binary] = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgtp])(i)?)?b?\s*$/i.exec(String(value)) ?? []
  const bytes = Math.round(Number(digits) * (binary ? 1024 : 1000) ** PREFIXES.indexOf(prefix.toLowerCase()))
  return bytes > 0 ? bytes : undefined
}
