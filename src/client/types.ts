import type { Future } from './future.js'

// biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
export type AnyFunction = (...args: any[]) => any

type Leaf =
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

/** A value, in which a future of the right type may stand for any part. */
export type In<T> = T | Future<T> | (T extends Leaf ? never : T extends object ? { readonly [K in keyof T]: In<T[K]> } : never)

/** The arguments of a task: futures of the right type may stand anywhere among them. */
export type InArgs<Args extends readonly unknown[]> = { readonly [K in keyof Args]: In<Args[K]> }

// biome-ignore lint/suspicious/noExplicitAny: a class of any arguments
export type AnyClass = new (...args: any[]) => object

/** An object on a worker: its methods, each answering a promise. */
export type Actor<T> = {
  readonly [K in keyof T as T[K] extends AnyFunction ? K : never]: T[K] extends AnyFunction
    ? (...args: Parameters<T[K]>) => Promise<Answer<T[K]>>
    : never
}

/** One iterable for each argument. */
export type Iterables<Args extends readonly unknown[]> = { readonly [K in keyof Args]: Iterable<In<Args[K]>> }

/** What a function that is run elsewhere answers. */
export type Answer<F extends AnyFunction> = Awaited<ReturnType<F>>

/** What `gather` answers: the values, in the shape of the futures. */
export type Gathered<T> = T extends Future<infer V> ? V : T extends Leaf ? T : { -readonly [K in keyof T]: Gathered<T[K]> }

/**
 * A future where what can be awaited would be awaited on the way: by `await scatter(…)`, and by `for await`, which TypeScript
 * takes to await each value. Ask for its `result()`.
 */
export type FutureItself<T> = Future<T> & { readonly then: never }

/** What `scatter` answers: futures of the items of an array or a record; of anything else, one future. */
export type Scattered<T> = T extends Leaf
  ? FutureItself<T>
  : T extends readonly unknown[] | Readonly<Record<string, unknown>>
    ? { -readonly [K in keyof T]: FutureItself<T[K]> }
    : FutureItself<T>
