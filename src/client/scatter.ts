import { isRecord } from '../core/record.js'
import { isTransferred } from '../core/transfer.js'

/** Scatters an array or a plain record item by item, and anything else as one. Answers what each came to, in that shape. */
export async function scatterItems<T>(data: unknown, scatter: (value: unknown) => Promise<T>): Promise<unknown> {
  if (Array.isArray(data)) return Promise.all(data.map(scatter))
  if (!isRecord(data) || isTransferred(data)) return scatter(data)
  const entries = Object.entries(data).map(async ([key, value]) => [key, await scatter(value)] as const)
  return Object.fromEntries(await Promise.all(entries))
}
