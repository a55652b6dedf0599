/// <reference lib="esnext.disposable" preserve="true" />
import type { ExecutionBackend, WorkflowSession } from '../core/backend.js'
import { ClusterError } from '../core/errors.js'
import { storeOnce } from '../core/files.js'
import type { ModuleFunction } from '../core/function-ref.js'
import { createHexId } from '../core/ids.js'
import type { AnyFunction } from '../core/leaf.js'
import { guardLogger, type Logger, QUIET } from '../core/logger.js'
import type { Runtime } from '../core/runtime.js'
import { configurationError } from '../input/check-keys.js'
import { BackendSet, checkBackends } from './backend-set.js'
import { WorkflowScope } from './block.js'
import { Calls } from './calls.js'
import { Checkpoint } from './checkpoint.js'
import type { Kind } from './component.js'
import { type BlockOptions, type DefinitionOptions, define } from './definition.js'
import { checkEngineOptions, checkTelemetryOptions, type TelemetryOptions, type WorkflowEngineOptions } from './engine-options.js'
import { Lifecycle } from './lifecycle.js'
import { Preparation } from './preparation.js'
import { Scopes } from './scope.js'
import { Telemetry, TelemetryHook } from './telemetry.js'
import type { BlockBody, CallOf, Runnable, TaskCall, TextBody } from './types.js'

/** The backends that an engine takes when it is given none. */
export interface DefaultBackends {
  /** The backend that tasks run on. */
  readonly run: () => ExecutionBackend
  /** The backend of a dry run. */
  readonly dryRun: () => ExecutionBackend
}

/**
 * AsyncFlow's workflow engine: tasks that take each other's futures, and run as soon as what they need is there.
 *
 * @example
 * const flow = await WorkflowEngine.create({ backend: await new DaskExecutionBackend() })
 * const square = flow.functionTask(async (n: number) => n ** 2)
 * const sum = flow.functionTask(async (...numbers: number[]) => numbers.reduce((a, b) => a + b))
 * console.log(await sum(square(3), square(4))) // 25
 * await flow.shutdown()
 */
export abstract class BaseWorkflowEngine {
  /** Bound by each runtime's own class. */
  static readonly runtime: Runtime
  static readonly backends: DefaultBackends

  /** Names it: `asyncflow.session.0af3c1d9`. */
  readonly uid: string
  /** Its files are in the folder of its `uid` there. */
  readonly workDir: string
  /** Whether nothing is really run. */
  readonly dryRun: boolean
  readonly #logger: Logger
  readonly #given: readonly ExecutionBackend[]
  readonly #session: WorkflowSession
  readonly #scopes: Scopes
  readonly #hook = new TelemetryHook()
  readonly #lifecycle: Lifecycle
  readonly #calls: Calls
  readonly #handlesSignals: boolean
  readonly #runtime: Runtime
  #backends: BackendSet | undefined
  #telemetry: Promise<Telemetry> | undefined
  #stopped: Promise<void> | undefined
  #ignoreSignals: (() => void) | undefined

  /** For `create`: what is called before it has started fails. */
  constructor(options: WorkflowEngineOptions) {
    const { backend, dryRun = false, implicitData = true, uid, workDir, handleSignals = false, logger = QUIET } = options
    const { runtime, backends } = new.target as unknown as { readonly runtime: Runtime; readonly backends: DefaultBackends }
    this.#runtime = runtime
    this.#logger = guardLogger(logger)
    this.uid = uid ?? createHexId('asyncflow.session.')
    this.workDir = workDir ?? runtime.workDir()
    this.dryRun = dryRun
    this.#handlesSignals = handleSignals
    this.#given = backend === undefined ? [this.#defaultOf(backends)] : checkBackends(backend)
    const files = storeOnce(runtime)
    this.#session = { uid: this.uid, path: `${this.workDir.replace(/\/$/, '')}/${this.uid}`, ...(files && { files }) }
    this.#scopes = new Scopes(this, runtime.context)
    const telemetry = this.#hook
    const preparation = new Preparation({ scopes: this.#scopes, implicitData, telemetry })
    this.#lifecycle = new Lifecycle({
      uid: this.uid,
      logger: this.#logger,
      outside: (call) => this.#scopes.run(undefined, call),
      preparation,
      telemetry,
    })
    this.#calls = new Calls({ scopes: this.#scopes, lifecycle: this.#lifecycle, backends: () => this.#started })
  }

  /**
   * Makes an engine, and starts those of its backends that are not started.
   *
   * Without a backend it takes the runtime's `DaskExecutionBackend`, and warns; for a dry run, a `NoopExecutionBackend`.
   *
   * @throws {TypeError} with `code` `ERR_RESOURCES` for bad options; {ValueError} for a backend that another engine uses;
   *   what a backend cannot be started for
   */
  static async create<T extends BaseWorkflowEngine>(
    this: new (
      options: WorkflowEngineOptions,
    ) => T,
    options: WorkflowEngineOptions = {},
  ): Promise<T> {
    return new this(checkEngineOptions(options)).#start()
  }

  /** The default one: the first. */
  get backend(): ExecutionBackend {
    return this.#started.default.backend
  }

  /** A task whose function runs on a backend. Takes other tasks' futures wherever their values may stand. */
  functionTask<F extends Runnable>(fn: F): CallOf<F>
  functionTask<F extends Runnable>(options: DefinitionOptions, fn: F): CallOf<F>
  /** Of a name or a module's function, with the type of what is behind it. */
  functionTask<F extends AnyFunction>(name: string | ModuleFunction): CallOf<F>
  functionTask<F extends AnyFunction>(options: DefinitionOptions, name: string | ModuleFunction): CallOf<F>
  functionTask(...given: readonly unknown[]): never {
    return this.#define('function', given) as never
  }

  /** A task whose function runs here, and answers a command line for a backend. Its result is what that wrote. */
  // biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
  executableTask<Args extends any[]>(body: TextBody<Args>): TaskCall<Args, string>
  // biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
  executableTask<Args extends any[]>(options: DefinitionOptions, body: TextBody<Args>): TaskCall<Args, string>
  executableTask(...given: readonly unknown[]): never {
    return this.#define('executable', given) as never
  }

  /** A task whose function runs here, and answers a prompt for a backend. Its result is the response. */
  // biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
  promptTask<Args extends any[]>(body: TextBody<Args>): TaskCall<Args, string>
  // biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
  promptTask<Args extends any[]>(options: DefinitionOptions, body: TextBody<Args>): TaskCall<Args, string>
  promptTask(...given: readonly unknown[]): never {
    return this.#define('prompt', given) as never
  }

  /**
   * A function that runs here and calls tasks and blocks, which are its members: cancelled with it.
   *
   * Where the runtime has no async context, a plain call makes a member only until the function's first `await`; after it,
   * call `this.run(task, …args)`.
   */
  // biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
  block<Args extends any[], Result>(body: BlockBody<Args, Result>): TaskCall<Args, Awaited<Result>>
  // biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
  block<Args extends any[], Result>(options: BlockOptions, body: BlockBody<Args, Result>): TaskCall<Args, Awaited<Result>>
  block(...given: readonly unknown[]): never {
    return this.#define('block', given) as never
  }

  /** Runs a function whose calls get `id` as their `workflowId`. Resolves as the function does. */
  workflowScope<R>(run: (scope: WorkflowScope) => R): Promise<Awaited<R>>
  workflowScope<R>(id: string | undefined, run: (scope: WorkflowScope) => R): Promise<Awaited<R>>
  async workflowScope(...given: readonly unknown[]): Promise<unknown> {
    const [id, run] = given.length > 1 ? given : [undefined, given[0]]
    if (typeof run !== 'function') throw configurationError('workflowScope(id?, run): run must be a function')
    if (id !== undefined && (typeof id !== 'string' || id === '')) {
      throw configurationError('workflowScope(id?, run): id must be a string that is not empty')
    }
    const scope = this.#scopes.inner(id ?? createHexId('wf-'))
    return this.#scopes.run(scope, run as AnyFunction, new WorkflowScope(this.#scopes, scope))
  }

  /**
   * Tells of every task and block from now on, until the engine is shut down. A further call answers the same, and adds its
   * `onEvent`; there is one checkpoint, the first.
   *
   * @throws {TypeError} with `code` `ERR_RESOURCES` for bad options; {ClusterError} `ERR_NOT_SUPPORTED` for a checkpoint
   *   where there are no files; what the platform says when its folder cannot be made
   */
  async startTelemetry(options: TelemetryOptions = {}): Promise<Telemetry> {
    const { onEvent, checkpointPath } = checkTelemetryOptions(options)
    this.#telemetry ??= this.#openTelemetry(checkpointPath).catch((error: unknown) => {
      this.#telemetry = undefined
      throw error
    })
    const telemetry = await this.#telemetry
    if (telemetry.stopped) {
      this.#telemetry = undefined
      return this.startTelemetry(options)
    }
    if (onEvent !== undefined) telemetry.subscribe(onEvent)
    return telemetry
  }

  /**
   * Cancels what has not ended, and shuts the backends down. Tasks that are called afterwards fail.
   *
   * With `skipExecutionBackend` the backends go on, for another engine; tasks that they have are cancelled all the same.
   * Never rejects, and may be called any number of times.
   */
  shutdown(options?: { readonly skipExecutionBackend?: boolean }): Promise<void> {
    this.#stopped ??= this.#stop(options?.skipExecutionBackend === true)
    return this.#stopped
  }

  /** Shuts it down: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown()
  }

  async #start(): Promise<this> {
    const { path } = this.#session
    if (inUse.has(path)) throw configurationError(`options.uid: an engine '${this.uid}' is at work in '${this.workDir}'`)
    inUse.add(path)
    try {
      await this.#startBackends()
    } catch (error) {
      inUse.delete(path)
      throw error
    }
    return this
  }

  async #startBackends(): Promise<void> {
    this.#backends = await BackendSet.start(this.#given, this.#session, this.#lifecycle)
    if (this.#handlesSignals) {
      // The first alone: whoever asks again wants the process to end.
      this.#ignoreSignals = this.#runtime.onSignal?.(() => {
        this.#ignoreSignals?.()
        void this.shutdown()
      })
      if (this.#ignoreSignals === undefined) this.#logger.warn('daskflow: handleSignals: this runtime has no signals')
    }
  }

  async #stop(skipExecutionBackend: boolean): Promise<void> {
    this.#lifecycle.close()
    if (skipExecutionBackend) await this.#lifecycle.cancelSubmitted()
    else await this.#backends?.shutdown(this.#logger)
    this.#backends?.detach()
    this.#lifecycle.end()
    this.#ignoreSignals?.()
    await this.#hook.telemetry?.stop()
    inUse.delete(this.#session.path)
  }

  async #openTelemetry(path: string | undefined): Promise<Telemetry> {
    const { uid, workDir } = this
    const place = { uid, workDir, files: this.#session.files }
    const checkpoint = path === undefined ? undefined : await Checkpoint.open(path, place, this.#logger)
    this.#hook.telemetry = new Telemetry(uid, this.#logger, checkpoint)
    return this.#hook.telemetry
  }

  #defaultOf({ run, dryRun }: DefaultBackends): ExecutionBackend {
    if (this.dryRun) return dryRun()
    this.#logger.warn('daskflow: no execution backend was given, and it is no dry run: the engine takes a DaskExecutionBackend.')
    return run()
  }

  #define(kind: Kind, given: readonly unknown[]): TaskCall<unknown[], unknown> {
    return this.#calls.of(define(kind, given))
  }

  get #started(): BackendSet {
    if (this.#backends !== undefined) return this.#backends
    throw new ClusterError('A WorkflowEngine is made by await WorkflowEngine.create(options)', { code: 'ERR_NOT_STARTED' })
  }
}

/** The folders of engines: two in one would take each other's files for their own. */
const inUse = new Set<string>()
