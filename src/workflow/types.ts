import type { ModuleFunction } from '../core/function-ref.js'
import type { AnyFunction, Leaf } from '../core/leaf.js'
import type { TaskContext } from '../core/task-context.js'
import type { BlockScope } from './block.js'
import type { CallOptions } from './definition.js'
import type { TaskFuture } from './task-future.js'

/** A value, in which anything that can be awaited may stand for any part: also in a Map, for a value. */
export type Given<T> =
  | T
  | PromiseLike<T>
  | (T extends Leaf
      ? never
      : T extends ReadonlyMap<infer K, infer V>
        ? ReadonlyMap<K, Given<V>>
        : T extends object
          ? { readonly [K in keyof T]: Given<T[K]> }
          : never)

/** Arguments, each itself or what can be awaited for it. */
export type GivenArgs<Args extends readonly unknown[]> = { readonly [K in keyof Args]: Given<Args[K]> }

/** A task or block, ready to be called. Each call is a further one. */
export interface TaskCall<Args extends readonly unknown[], Result> {
  (...args: GivenArgs<Args>): TaskFuture<Result>
  /** What its tasks are called. */
  readonly name: string
  /**
   * The same, with more said of it; records of `taskDescription` are merged.
   *
   * @throws {TypeError} with `code` `ERR_RESOURCES`
   */
  with(options: CallOptions): TaskCall<Args, Result>
}

/** What a function task may be: what a backend runs. */
// biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
export type Runnable = ((this: TaskContext, ...args: any[]) => unknown) | string | ModuleFunction

/** The call of a task of such a function; of a name or a module's function, give the type of what is behind it. */
export type CallOf<F> = F extends AnyFunction
  ? TaskCall<Parameters<F>, Awaited<ReturnType<F>>>
  : // biome-ignore lint/suspicious/noExplicitAny: of arguments that nobody told
    TaskCall<any[], unknown>

/** What runs here and answers the text of a task: a command line, a prompt. */
// biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
export type TextBody<Args extends any[]> = (...args: Args) => PromiseLike<string>

/** What a block runs: it calls tasks and blocks. */
// biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
export type BlockBody<Args extends any[], Result> = (this: BlockScope, ...args: Args) => PromiseLike<Result>
