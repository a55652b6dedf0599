import type { AnyFunction, Leaf } from '../core/leaf.js'
import type { Future } from './future.js'

export type { AnyFunction } from '../core/leaf.js'

/**
 * A value, in which a future of the right type may stand for any part: also in a Map, for a value. For an object, the future of
 * an actor of its class may stand.
 */
export type In<T> =
  | T
  | Future<T>
  | (T extends Leaf
      ? never
      : T extends ReadonlyMap<infer K, infer V>
        ? ReadonlyMap<K, In<V>>
        : T extends object
          ? { readonly [K in keyof T]: In<T[K]> } | (HasMethods<T> extends true ? Future<Actor<T>> : never)
          : never)

/** Whether it is an object with methods, and so no plain record. */
type HasMethods<T> = true extends { [K in keyof T]: T[K] extends AnyFunction ? true : never }[keyof T] ? true : false

/** The arguments of a task: futures of the right type may stand anywhere among them. */
export type InArgs<Args extends readonly unknown[]> = { readonly [K in keyof Args]: In<Args[K]> }

/** Any class. */
// biome-ignore lint/suspicious/noExplicitAny: a class of any arguments
export type AnyClass = new (...args: any[]) => object

/** An object on a worker: its methods, each answering a promise. */
export type Actor<T> = {
  readonly [K in keyof T as T[K] extends AnyFunction ? K : never]: T[K] extends AnyFunction
    ? (...args: Parameters<T[K]>) => Promise<Answer<T[K]>>
    : never
}

/** Of what a worker exposes, the functions; and the classes. */
export type FunctionOf<T> = T extends AnyFunction ? T : never
export type ClassOf<T> = T extends AnyClass ? T : never

/** What follows the function in `submit`: without arguments, where it needs none. */
export type Call<Args extends readonly unknown[], Options> = [] extends Args
  ? readonly [args?: InArgs<Args>, options?: Options]
  : readonly [args: InArgs<Args>, options?: Options]

/** One iterable for each argument. */
export type Iterables<Args extends readonly unknown[]> = { readonly [K in keyof Args]: Iterable<In<Args[K]>> }

/** What a function that is run elsewhere answers. */
export type Answer<F extends AnyFunction> = Awaited<ReturnType<F>>

/** What `gather` answers: the values, in the shape of the futures. */
export type Gathered<T> =
  T extends Future<infer V>
    ? V
    : T extends ReadonlySet<infer V>
      ? Set<Gathered<V>>
      : T extends ReadonlyMap<infer K, infer V>
        ? Map<K, Gathered<V>>
        : HasMethods<T> extends true
          ? T extends readonly unknown[]
            ? Items<T>
            : T
          : Items<T>
type Items<T> = T extends Leaf ? T : { -readonly [K in keyof T]: Gathered<T[K]> }

/**
 * A future where what can be awaited would be awaited on the way: by `await scatter(…)`, and by `for await`, which TypeScript
 * takes to await each value. Ask for its `result()`.
 */
export type FutureItself<T> = Future<T> & NotAwaited
export interface NotAwaited {
  readonly then: never
}

/** What `scatter` answers: futures of the items of an array or a plain record; of anything else, one future. */
export type Scattered<T> = T extends Leaf
  ? FutureItself<T>
  : T extends readonly unknown[]
    ? { -readonly [K in keyof T]: FutureItself<T[K]> }
    : HasMethods<T> extends true
      ? FutureItself<T>
      : { -readonly [K in keyof T]: FutureItself<T[K]> }
