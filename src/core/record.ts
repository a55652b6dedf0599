/** Whether it is a Map, of whatever realm. */
export function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return Object.prototype.toString.call(value) === '[object Map]'
}

/** Whether it is a plain record: an instance of a class, a Map or an array would be read as if it were empty. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  // Not by identity: a record of another realm (a vm context, a frame) is one too.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
