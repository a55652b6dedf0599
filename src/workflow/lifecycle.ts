import { atMost } from '../core/at-most.js'
import { TaskCanceledError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import { messageOf } from '../core/message-of.js'
import type { TaskState } from '../core/states.js'
import { guard } from '../core/subscribable.js'
import type { TaskRecord } from '../core/task.js'
import type { AttachedBackend, BackendHooks } from './attached-backend.js'
import type { CallInput, Component, EndState } from './component.js'
import { Dependencies, metadataOf } from './dependencies.js'
import type { Dependency } from './dependency.js'
import { canceledError, canceledWith, closedError, dependencyFailure, failureOf, isCanceled } from './end-errors.js'
import { Failures } from './failures.js'
import type { Vertex } from './graph.js'
import type { Preparation } from './preparation.js'
import type { TaskFutureHome } from './task-future.js'
import type { TelemetryHook } from './telemetry.js'

export interface LifecycleOptions {
  /** Names the engine. */
  readonly uid: string
  readonly logger: Logger
  /** Calls as if from nowhere: a backend is not in the scope of whoever called a task first. */
  readonly outside: (call: () => void) => void
  /** What is done for one whose dependencies are done, until its backend can have it. */
  readonly preparation: Preparation
  readonly telemetry: TelemetryHook
}

// A backend may tell of these yet, when it works for another engine, whose uids are alike.
const leftBehind = new WeakSet<TaskRecord>()

/** Takes tasks and blocks from their call to their end. */
export class Lifecycle implements TaskFutureHome, BackendHooks {
  readonly #options: LifecycleOptions
  /** What has not ended. */
  readonly #live = new Map<string, Component>()
  readonly #failures = new Failures()
  readonly #dependencies = new Dependencies(this, (freed) => this.#free(freed))
  /** What follows of what has ended, and was not done yet. */
  #steps: (() => void)[] = []
  #stepping = false
  #closed = false

  constructor(options: LifecycleOptions) {
    this.#options = options
  }

  /** Something was called; with a `refusal`, for nothing: it can never run. */
  start(component: Component, { args }: CallInput, refusal?: { readonly error: unknown }): void {
    const dependencies = this.#dependencies.of(args)
    const metadata = metadataOf(args, dependencies)
    if (metadata !== undefined) component.record.metadata = metadata
    component.vertex.waitFor(dependencies.map(({ vertex }) => vertex))
    this.#live.set(component.uid, component)
    this.#options.telemetry.created(component, dependencies)
    const block = livingBlock(component.scope?.block)
    if (this.#closed) this.settle(component, 'FAILED', closedError(this.#options.uid, component))
    else if (refusal !== undefined) this.settle(component, 'FAILED', refusal.error)
    else if (block?.state === 'CANCELLED') this.settle(component, 'CANCELLED', canceledWith(component, 'its block', block))
    else {
      join(component, block)
      if (!component.vertex.waits) this.#do(() => this.#decide(component))
    }
  }

  settle(component: Component, state: EndState, result: unknown): void {
    if (component.ended) return
    this.#live.delete(component.uid)
    // The block's body has a say in what happens next: it may listen to its signal.
    const { abort, members = NONE } = component
    const freed = component.settle(state, result)
    this.#options.telemetry.ended(component)
    if (state === 'FAILED' && !component.heard) this.#failures.add(component)
    if (state === 'CANCELLED') {
      abort?.(result)
      for (const member of members) this.#do(() => this.#cancel(member, canceledWith(member, 'its block', component)))
    } else {
      const outer = livingBlock(component.block)
      for (const member of members) join(member, outer)
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
    for (const component of [...this.#live.values()]) this.#leave(component, canceledError(component, CLOSED))
    this.#failures.tell(this.#options.logger)
  }

  // It is in no block, as whoever ended the task may be in one.
  readonly guard = (call: () => void): void => {
    const failed = (error: unknown) => this.#options.logger.error('daskflow: a callback of a task future failed:', error)
    this.outside(() => guard(call, failed))
  }

  outside(call: () => void): void {
    this.#options.outside(call)
  }

  onSubmit(component: Component): void {
    component.submitted = true
    this.#options.telemetry.submitted(component)
  }

  onReturned(component: Component): void {
    if (component.ended) return
    component.submitted = false
    // Somebody asked meanwhile, and the backend had nothing to cancel.
    if (component.cancellation !== undefined) this.settle(component, 'CANCELLED', component.cancellation)
  }

  onRefused(component: Component, error: unknown): void {
    this.settle(component, 'FAILED', error)
  }

  onProgress(backend: AttachedBackend, task: TaskRecord, progress: unknown): void {
    this.#submittedTo(backend, task)?.progress(progress)
  }

  onDetachFailed(backend: AttachedBackend, error: unknown): void {
    this.#options.logger.error(`daskflow: backend '${backend.name}' could not be left:`, error)
  }

  onState(backend: AttachedBackend, task: TaskRecord, state: TaskState | undefined, word: unknown): void {
    const component = this.#submittedTo(backend, task)
    if (component === undefined || state === undefined) {
      const what = `a state of task '${messageOf(task?.uid)}', told by backend '${backend.name}':`
      this.#options.logger.debug?.(`daskflow: ignored: ${what}`, word)
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

  #submittedTo(backend: AttachedBackend, task: TaskRecord): Component | undefined {
    const component = this.#live.get(task?.uid)
    return component?.submitted && component.backend === backend && !leftBehind.has(task) ? component : undefined
  }

  #free(freed: readonly Vertex<Dependency>[]): void {
    for (const { owner } of freed) this.#do(() => this.#decide(owner as Component))
  }

  // In a loop: a row of failures, or blocks in blocks, may be longer than a stack is deep.
  #do(step: () => void): void {
    this.#steps.push(step)
    if (this.#stepping) return
    this.#stepping = true
    try {
      // Grows on the way.
      for (const next of this.#steps) next()
    } finally {
      this.#steps = []
      this.#stepping = false
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
      this.settle(component, isCanceled(error) ? 'CANCELLED' : 'FAILED', error)
    }
  }

  /** It is cancelled, whatever its backend will tell of it. */
  #leave(component: Component, error: unknown): void {
    if (component.ended) return
    leftBehind.add(component.record)
    this.settle(component, 'CANCELLED', error)
  }

  async #ask(component: Component): Promise<void> {
    const { backend, uid } = component
    try {
      const canceled = await backend?.backend.cancelTask(uid)
      // It has told of it before; but for a backend that does not.
      if (canceled === true) this.#leave(component, this.#cancellationOf(component))
      // It may be asked again.
      else if (!this.#closed) component.cancellation = undefined
    } catch (error) {
      if (!this.#closed) component.cancellation = undefined
      this.#options.logger.error(`daskflow: backend '${backend?.name}' could not cancel task '${uid}':`, error)
    }
  }
}

const CANCEL_MS = 5_000
const CLOSED = 'the engine was shut down'

const NONE: ReadonlySet<Component> = new Set()

/** The innermost block that has not ended by itself: what one that has started belongs to the one around it. */
function livingBlock(block: Component | undefined): Component | undefined {
  let living = block
  while (living?.ended && living.state !== 'CANCELLED') living = living.block
  return living
}

function join(component: Component, block: Component | undefined): void {
  component.block = block
  block?.members?.add(component)
}

function copyOutcome(from: TaskRecord, to: TaskRecord): void {
  for (const key of ['returnValue', 'exception', 'stdout', 'stderr', 'exitCode'] as const) {
    if (from[key] !== undefined) Object.assign(to, { [key]: from[key] })
  }
}
