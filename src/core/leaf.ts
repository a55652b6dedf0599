/** Any function. */
// biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
export type AnyFunction = (...args: any[]) => any

/** What has no parts for which something else could stand. */
export type Leaf =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | null
  | undefined
  | AnyFunction
  | ArrayBufferView
  | ArrayBufferLike
  | Date
