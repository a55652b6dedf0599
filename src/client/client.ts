/// <reference lib="esnext.disposable" preserve="true" />

import { clusterOf } from '../cluster/cluster-of.js'
import type { DataCluster, WorkerEvent, WorkerInfo } from '../core/cluster.js'
import { ClusterError, TaskValidationError } from '../core/errors.js'
import { Forgotten } from '../core/forgotten.js'
import type { ModuleFunction } from '../core/function-ref.js'
import type { Logger } from '../core/logger.js'
import type { Runtime } from '../core/runtime.js'
import type { Unsubscribe } from '../core/subscribable.js'
import type { TaskFunction } from '../core/task.js'
import { configurationError } from '../input/check-keys.js'
import { isCluster, isDataCluster } from '../input/cluster.js'
import { checkResources, type DaskResources, warnOfLimit } from '../input/resources.js'
import { type ClientOptions, checkClientOptions, checkScatterOptions, type ScatterOptions } from './client-options.js'
import { Future, type FutureHome } from './future.js'
import type { FutureState } from './future-state.js'
import { FutureTable } from './future-table.js'
import { type GatherOptions, gather } from './gather.js'
import { scatterItems } from './scatter.js'
import { checkFunction, type SubmitOptions, splitIterables, toSubmitted } from './submit-input.js'
import type {
  Actor,
  Answer,
  AnyClass,
  AnyFunction,
  Call,
  ClassOf,
  FunctionOf,
  Gathered,
  InArgs,
  Iterables,
  Scattered,
} from './types.js'

/** A worker, in `schedulerInfo`. */
export interface SchedulerInfo {
  /** Those that take tasks now, by their ids. */
  readonly workers: Readonly<Record<string, Omit<WorkerInfo, 'id'>>>
}

/** Functions, and classes of actors, by name, as the user's own worker exposes them. */
export type Functions = Readonly<Record<string, AnyFunction | AnyClass>>

/**
 * Dask's `Client`: hands tasks to a cluster, and answers with futures.
 *
 * Values stay on the workers. A future among the arguments of a task is a dependency, and its value is used where it lies.
 *
 * @example
 * const client = await Client.create({ nWorkers: 4 })
 * const parts = client.map(clean, chunks)
 * const total = client.submit(combine, [parts])
 * console.log(await total)
 * await client.close()
 */
export abstract class BaseClient<Tasks extends Functions = Functions> implements FutureHome {
  /** Bound by each runtime's own class. */
  static readonly runtime: Runtime

  /** What runs its tasks. A backend may use it, too: `new DaskExecutionBackend(undefined, { client })`. */
  readonly cluster: DataCluster
  readonly #owned: boolean
  readonly #logger: Logger
  readonly #taskTimeout: number | undefined
  readonly #table: FutureTable
  /** Lets go of what the program forgot. */
  readonly #forgotten = new Forgotten<FutureState>((state) => this.#drop(state, { forgotten: true }))
  #started = false
  #closed: Promise<void> | undefined

  /**
   * Uses a cluster that is given, or has one of its own, which is closed with it. Does no I/O: `create` starts it, or `start`.
   *
   * @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown key or a bad value
   */
  constructor(resources?: DaskResources | DataCluster | null, options: ClientOptions = {}) {
    const { runtime } = new.target as unknown as { readonly runtime: Runtime }
    const { adapter, logger = console } = checkClientOptions(options)
    const given = isDataCluster(resources) ? resources : undefined
    if (given === undefined && isCluster(resources) === undefined)
      throw configurationError('The cluster that was given keeps no values')
    // Who brings workers means these.
    const checked =
      given === undefined
        ? checkResources(resources, adapter === undefined ? runtime.variable : undefined)
        : checkResources(undefined)
    warnOfLimit(checked.limits, adapter ?? runtime.workers, logger)
    this.#owned = given === undefined
    this.cluster = given ?? clusterOf(runtime, adapter ?? runtime.workers, checked)
    this.#logger = logger
    this.#table = new FutureTable(this.cluster)
    this.#taskTimeout = checked.taskTimeout
  }

  /** Constructs and starts. */
  static async create<T extends BaseClient>(
    this: new (
      resources?: DaskResources | DataCluster | null,
      options?: ClientOptions,
    ) => T,
    resources?: DaskResources | DataCluster | null,
    options?: ClientOptions,
  ): Promise<T> {
    return new this(resources, options).start()
  }

  /** Resolves when the first worker answers. @throws {ClusterError} when none can be started, or it is closed */
  async start(): Promise<this> {
    this.#checkOpen()
    await this.cluster.start()
    this.#started = true
    return this
  }

  /**
   * Submits one call. Futures anywhere in `args`, in arrays, plain records and Maps, are dependencies.
   *
   * With `actor`, the function is a class: an object of it is made on a worker and stays there, and the future's result has
   * its methods.
   *
   * @throws {TaskValidationError} for what cannot be shipped, or a bad option
   * @throws {ClusterError} `ERR_CLOSED`; `ERR_QUEUE_FULL` beyond `maxQueue`
   */
  submit<Name extends keyof Tasks & string>(
    fn: Name,
    ...call: Call<Parameters<FunctionOf<Tasks[Name]>>, SubmitOptions>
  ): Future<Answer<FunctionOf<Tasks[Name]>>>
  submit<Name extends keyof Tasks & string>(
    actor: Name,
    args: InArgs<ConstructorParameters<ClassOf<Tasks[Name]>>>,
    options: SubmitOptions & { readonly actor: true },
  ): Future<Actor<InstanceType<ClassOf<Tasks[Name]>>>>
  submit<C extends AnyClass>(
    actor: C,
    args: InArgs<ConstructorParameters<C>>,
    options: SubmitOptions & { readonly actor: true },
  ): Future<Actor<InstanceType<C>>>
  submit<F extends AnyFunction>(fn: F, ...call: Call<Parameters<F>, SubmitOptions>): Future<Answer<F>>
  submit<R = unknown>(fn: ModuleFunction, args?: readonly unknown[], options?: SubmitOptions): Future<R>
  // biome-ignore lint/suspicious/noExplicitAny: what the signatures above say
  submit(...[fn, args = [], options]: any): any {
    this.#check()
    return this.#table
      .submit([toSubmitted(checkFunction(fn as TaskFunction, options, this.#taskTimeout), args)])
      .map((state) => this.#futureOf(state))[0]
  }

  /**
   * Submits a call for each item of the iterables, as far as the shortest goes: `map(fn, as, bs)` calls `fn(a, b)`. A plain
   * record as the last argument holds options. Futures among the items are dependencies.
   *
   * @throws as `submit`; then nothing is submitted
   */
  map<Name extends keyof Tasks & string>(
    fn: Name,
    ...iterables: readonly [...Iterables<Parameters<FunctionOf<Tasks[Name]>>>, SubmitOptions?]
  ): Future<Answer<FunctionOf<Tasks[Name]>>>[]
  map<F extends AnyFunction>(fn: F, ...iterables: readonly [...Iterables<Parameters<F>>, SubmitOptions?]): Future<Answer<F>>[]
  map<R = unknown>(fn: ModuleFunction, ...iterables: readonly (Iterable<unknown> | SubmitOptions)[]): Future<R>[]
  map(fn: TaskFunction, ...given: readonly unknown[]): Future[] {
    this.#check()
    const { calls, options } = splitIterables(given)
    const { key } = options
    const checked = checkFunction(fn, options, this.#taskTimeout)
    if (calls.length > 1 && checked.options.transfer?.length) throw movedTwice()
    const submitted = calls.map((args, i) => toSubmitted(checked, args, key === undefined ? undefined : `${key}-${i}`))
    return this.#table.submit(submitted).map((state) => this.#futureOf(state))
  }

  /**
   * Copies values here: of a future, or of all in an array, a record, a Set or a Map, in that shape.
   *
   * @throws what the first of them failed with, unless `errors` is `skip`
   */
  gather<T>(futures: T, options: GatherOptions = {}): Promise<Gathered<T>> {
    return gather(futures, options)
  }

  /**
   * Puts values on workers: an array or a plain record item by item, anything else as one. A value that is lost with its
   * worker cannot be made again: its future is `lost` then, and what depends on it fails with a `WorkerLostError`.
   *
   * @throws {TaskValidationError} naming what cannot be cloned
   */
  async scatter<T>(data: T, options?: ScatterOptions): Promise<Scattered<T>> {
    this.#check()
    const { broadcast = false } = checkScatterOptions(options)
    const scatter = async (value: unknown) => asData(this.#futureOf(await this.#table.scatter(value, broadcast)))
    return (await scatterItems(data, scatter)) as Scattered<T>
  }

  /**
   * Cancels tasks that are pending, for all futures of their keys, and what depends on them. A value that is there is dropped;
   * what was submitted with it goes on.
   *
   * `force` is Dask's, and changes nothing: clients share no keys here.
   */
  async cancel(futures: Iterable<Future> | Future, _options?: { readonly force?: boolean }): Promise<void> {
    await this.#table.cancel(this.#statesOf(futures))
  }

  /**
   * Runs tasks again that failed, were cancelled or lost; and those that they need and that did.
   *
   * @throws {TaskValidationError} for what cannot be run again: scattered data, and what was given by transfer
   */
  async retry(futures: Iterable<Future> | Future): Promise<void> {
    this.#check()
    this.#table.retry(this.#statesOf(futures))
  }

  /** The workers that take tasks now, by id. */
  async schedulerInfo(): Promise<SchedulerInfo> {
    return { workers: Object.fromEntries((await this.cluster.workers()).map(({ id, ...info }) => [id, info])) }
  }

  /** How many tasks each worker runs at a time, by its id. */
  async nthreads(): Promise<Record<string, number>> {
    return Object.fromEntries((await this.cluster.workers()).map(({ id, nthreads }) => [id, nthreads]))
  }

  /** By key, the ids of the workers where its value lies: none of one that is small, which is here. Default: all futures. */
  async whoHas(futures?: Iterable<Future> | Future): Promise<Record<string, readonly string[]>> {
    const states = futures === undefined ? this.#table.states() : this.#statesOf(futures)
    const holders = await this.#table.whoHas(states)
    return Object.fromEntries(states.map(({ key }, index) => [key, holders[index] ?? []]))
  }

  /** Workers that were spawned, got ready, were lost or retired. */
  onWorker(listener: (event: WorkerEvent) => void): Unsubscribe {
    return this.cluster.onWorker((event) => this.guard(() => listener(event)))
  }

  /** Cancels what is pending, and ends a cluster of its own. Never rejects; further calls wait for the first. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  /** Closes it: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** For futures: copies a value here. @throws what its task failed with */
  fetch(future: Future, state: FutureState): Promise<unknown> {
    return this.#table.fetch(future, state)
  }

  /** For futures: one was released. */
  letGo(future: Future, state: FutureState): void {
    this.#forgotten.leave(future)
    this.#drop(state, { forgotten: false })
  }

  /** For futures: calls other people's code. A field, since what holds a function cannot be cloned: nor can a future then. */
  readonly guard = (call: () => void): void => {
    try {
      call()
    } catch (error) {
      this.#logger.error('daskflow: a callback of a future failed:', error)
    }
  }

  async #close(): Promise<void> {
    await this.#table.close()
    if (this.#owned) await this.cluster.close()
  }

  #check(): void {
    this.#checkOpen()
    if (this.#started) return
    throw new ClusterError('The client must be started before use. Use: client = await Client.create(resources)', {
      code: 'ERR_NOT_STARTED',
    })
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new ClusterError('The client is closed', { code: 'ERR_CLOSED' })
  }

  #statesOf(futures: Iterable<Future> | Future): FutureState[] {
    return Future.listOf(futures).map((future) => this.#table.check(Future.stateOf(future)))
  }

  #futureOf(state: FutureState): Future {
    const future = new Future(this, state)
    state.holders++
    this.#forgotten.watch(future, state)
    return future
  }

  #drop(state: FutureState, how: { readonly forgotten: boolean }): void {
    if (--state.holders === 0) this.#table.drop(state, how)
  }
}

/** Keeps an async function that answers it from awaiting it. */
function asData(future: Future): Future {
  return Object.defineProperty(future, 'then', { value: undefined })
}

function movedTwice(): TaskValidationError {
  const path = 'options.transfer'
  const message = `map(fn, …): ${path} is for one call: mark what belongs to each with transfer(item, [buffer])`
  return new TaskValidationError(message, { path })
}
