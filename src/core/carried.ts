import type { ContextCarrier } from './adapter.js'

/** The innermost thing of its kind that is carried here. What is carried within something else knows that as its `outer`. */
export function findCarried<T>(carrier: ContextCarrier, isWanted: (value: unknown) => value is T): T | undefined {
  let value = carrier.get()
  while (value !== undefined && value !== null && !isWanted(value)) value = (value as { readonly outer?: unknown }).outer
  return value as T | undefined
}
