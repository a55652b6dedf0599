import { atMost } from '../core/at-most.js'
import { TaskCanceledError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import type { TaskState } from '../core/states.js'
import { guard } from '../core/subscribable.js'
import type { TaskMetadata, TaskRecord } from '../core/task.js'
import type { CallArguments } from './arguments.js'
import type { AttachedBackend, BackendHooks } from './attached-backend.js'
import type { CallInput, Component, EndState } from './component.js'
import { Awaited, type Dependency } from './dependency.js'
import { canceledError, canceledWith, closedError, dependencyFailure, failureOf } from './end-errors.js'
import { Failures } from './failures.js'
import type { Vertex } from './graph.js'
import type { KeptValues } from './kept-values.js'
import type { Preparation } from './preparation.js'
import { componentOf, homeOf, type TaskFuture, type TaskFutureHome } from './task-future.js'
import type { TelemetryHook } from './telemetry.js'

export interface LifecycleOptions {
  /** Names the engine. */
  readonly uid: string
  readonly logger: Logger
  /** Calls as if from nowhere: a backend is not in the scope of whoever called a task first. */
  readonly outside: (call: () => void) => void
  /** What is done for one whose dependencies are done, until its backend can have it. */
  readonly preparation: Preparation
  readonly kept: KeptValues
  readonly telemetry: TelemetryHook
}

/** Takes tasks and blocks from their call to their end. */
export class Lifecycle implements TaskFutureHome, BackendHooks {
  readonly #options: LifecycleOptions
  /** What has not ended. */
  readonly #live = new Map<string, Component>()
  readonly #failures = new Failures()
  /** What waits for nothing any more, and was not looked at yet. */
  readonly #freed: Vertex<Dependency>[] = []
  #deciding = false
  #closed = false

  constructor(options: LifecycleOptions) {
    this.#options = options
  }

  /** Something was called. */
  start(component: Component, { args }: CallInput): void {
    const dependencies = args.thenables.map((thenable) => this.#dependencyOf(thenable))
    const metadata = metadataOf(args, dependencies)
    if (metadata !== undefined) component.record.metadata = metadata
    component.vertex.waitFor(dependencies.map(({ vertex }) => vertex))
    this.#live.set(component.uid, component)
    this.#options.telemetry.created(component, dependencies)
    const block = component.scope?.block
    if (this.#closed) this.settle(component, 'FAILED', closedError(this.#options.uid, component))
    else if (block?.state === 'CANCELLED') this.settle(component, 'CANCELLED', canceledWith(component, 'its block', block))
    else {
      block?.members?.add(component)
      if (!component.vertex.waits) this.#free([component.vertex])
    }
  }

  /** It can never run, as it was called. */
  refuse(component: Component, error: unknown): void {
    this.#live.set(component.uid, component)
    this.#options.telemetry.created(component, [])
    this.settle(component, 'FAILED', error)
  }

  settle(component: Component, state: EndState, result: unknown): void {
    if (component.ended) return
    this.#live.delete(component.uid)
    // The block's body has a say in what happens next: it may listen to its signal.
    const { abort } = component
    const freed = component.settle(state, result)
    if (component.keeps) this.#options.kept.add(component)
    this.#options.telemetry.ended(component)
    if (state === 'FAILED' && !component.heard) this.#failures.add(component)
    if (state === 'CANCELLED') {
      abort?.(result)
      for (const member of component.members ?? []) this.#cancel(member, canceledWith(member, 'its block', component))
    }
    this.#free(freed)
  }

  cancel(component: Component, reason: unknown): boolean {
    if (component.ended) return false
    this.#cancel(component, canceledError(component, reason))
    return true
  }

  #cancel(component: Component, error: TaskCanceledError): void {
    if (!component.submitted) this.settle(component, 'CANCELLED', error)
    else if (component.cancellation === undefined) {
      component.cancellation = error
      void this.#ask(component)
    }
  }

  /** Nothing more can be called. What no backend has is cancelled now. */
  close(): void {
    this.#closed = true
    for (const component of [...this.#live.values()]) {
      const error = canceledError(component, CLOSED)
      if (component.submitted) component.cancellation ??= error
      else this.settle(component, 'CANCELLED', error)
    }
  }

  /** Asks backends to cancel what they have. Resolves when they have answered, or do not. */
  async cancelSubmitted(): Promise<void> {
    await atMost(CANCEL_MS, Promise.all([...this.#live.values()].map((component) => this.#ask(component))))
  }

  /** No backend will tell of anything any more. */
  end(): void {
    for (const component of [...this.#live.values()]) this.settle(component, 'CANCELLED', canceledError(component, CLOSED))
    this.#failures.tell(this.#options.logger)
  }

  readonly guard = (call: () => void): void => {
    guard(call, (error) => this.#options.logger.error('daskflow: a callback of a task future failed:', error))
  }

  outside(call: () => void): void {
    this.#options.outside(call)
  }

  onSubmit(component: Component): void {
    component.submitted = true
    this.#options.kept.keepIfOnlyTasksNeedIt(component)
    this.#options.telemetry.submitted(component)
  }

  onRefused(component: Component, error: unknown): void {
    this.settle(component, 'FAILED', error)
  }

  onProgress(backend: AttachedBackend, { uid }: TaskRecord, progress: unknown): void {
    this.#submittedTo(backend, uid)?.progress(progress)
  }

  onState(backend: AttachedBackend, task: TaskRecord, state: TaskState | undefined, word: unknown): void {
    const component = this.#submittedTo(backend, task?.uid)
    if (component === undefined || state === undefined) {
      const what = `'${String(word)}' of task '${String(task?.uid)}', told by backend '${backend.name}'`
      this.#options.logger.debug?.(`daskflow: ignored: ${what}`)
    } else if (state === 'RUNNING') {
      this.run(component)
    } else {
      if (task !== component.record) copyOutcome(task, component.record)
      this.#end(component, state)
    }
  }

  /** It runs now. */
  run(component: Component): void {
    if (component.state !== 'PENDING') return
    component.state = 'RUNNING'
    this.#options.telemetry.started(component)
  }

  #end(component: Component, state: Exclude<TaskState, 'RUNNING'>): void {
    const { record } = component
    record.state = state
    if (state === 'DONE') this.settle(component, 'DONE', component.resultOf(record))
    else if (state === 'FAILED') this.settle(component, 'FAILED', failureOf(record))
    else this.settle(component, 'CANCELLED', this.#cancellationOf(component))
  }

  #cancellationOf(component: Component): unknown {
    const { cancellation, record } = component
    if (cancellation !== undefined) return cancellation
    return record.exception instanceof TaskCanceledError ? record.exception : canceledError(component, undefined)
  }

  #submittedTo(backend: AttachedBackend, uid: string): Component | undefined {
    const component = this.#live.get(uid)
    return component?.submitted && component.backend === backend ? component : undefined
  }

  #dependencyOf(thenable: PromiseLike<unknown>): Dependency {
    const component = componentOf(thenable)
    if (component === undefined || homeOf(thenable as TaskFuture) !== this) {
      return new Awaited(thenable, (freed) => this.#free(freed))
    }
    component.heard = true
    return component
  }

  // In a loop: a row of failures may be longer than a stack is deep.
  #free(freed: readonly Vertex<Dependency>[]): void {
    for (const vertex of freed) this.#freed.push(vertex)
    if (this.#deciding) return
    this.#deciding = true
    try {
      // Grows on the way.
      for (const { owner } of this.#freed) this.#decide(owner as Component)
    } finally {
      this.#freed.length = 0
      this.#deciding = false
    }
  }

  #decide(component: Component): void {
    if (component.ended) return
    const { verdict, dependencies } = component.vertex
    if (verdict === 'ready') {
      this.#options.telemetry.resolved(component)
      void this.#prepare(component)
      return
    }
    const to = dependencies.filter(({ outcome }) => outcome === verdict).map(({ owner }) => owner)
    if (verdict === 'failed') this.settle(component, 'FAILED', dependencyFailure(component, to))
    else this.settle(component, 'CANCELLED', canceledWith(component, 'its dependency', to[0] as Dependency))
  }

  async #prepare(component: Component): Promise<void> {
    try {
      await this.#options.preparation.run(component, this)
    } catch (error) {
      const state = error instanceof TaskCanceledError ? 'CANCELLED' : 'FAILED'
      this.settle(component, state, error)
    }
  }

  async #ask(component: Component): Promise<void> {
    const { backend, uid } = component
    try {
      const canceled = await backend?.backend.cancelTask(uid)
      // It has told of it before; but for a backend that does not.
      if (canceled === true) this.settle(component, 'CANCELLED', this.#cancellationOf(component))
    } catch (error) {
      this.#options.logger.error(`daskflow: backend '${backend?.name}' could not cancel task '${uid}':`, error)
    }
  }
}

function metadataOf(args: CallArguments, dependencies: readonly Dependency[]): TaskMetadata | undefined {
  const { inputFiles, outputFiles } = args
  if (dependencies.length + inputFiles.length + outputFiles.length === 0) return undefined
  return {
    dependencies: dependencies.map(({ uid, name }) => ({ uid, name })),
    inputFiles: inputFiles.map(({ filename }) => filename),
    outputFiles: outputFiles.map(({ filename }) => filename),
  }
}

const CANCEL_MS = 5_000
const CLOSED = 'the engine was shut down'

function copyOutcome(from: TaskRecord, to: TaskRecord): void {
  for (const key of ['returnValue', 'exception', 'stdout', 'stderr', 'exitCode'] as const) {
    if (from[key] !== undefined) Object.assign(to, { [key]: from[key] })
  }
}
