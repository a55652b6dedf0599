import type { TaskMetadata } from '../core/task.js'
import type { CallArguments } from './arguments.js'
import { Awaited, type Dependency } from './dependency.js'
import type { Vertex } from './graph.js'
import { componentOf, type TaskFuture, type TaskFutureHome } from './task-future.js'

/** What the calls of an engine wait for. */
export class Dependencies {
  readonly #engine: TaskFutureHome
  readonly #onFreed: (freed: readonly Vertex<Dependency>[]) => void
  /** Promises that have not settled. */
  readonly #awaited = new WeakMap<object, Awaited>()

  constructor(engine: TaskFutureHome, onFreed: (freed: readonly Vertex<Dependency>[]) => void) {
    this.#engine = engine
    this.#onFreed = onFreed
  }

  /** Those of one call, in order. */
  of({ thenables }: CallArguments): readonly Dependency[] {
    return thenables.map((thenable) => this.#ownOf(thenable) ?? this.#awaitedOf(thenable))
  }

  #ownOf(thenable: PromiseLike<unknown>): Dependency | undefined {
    const component = componentOf(thenable)
    if (component === undefined || (thenable as TaskFuture).engine !== this.#engine) return undefined
    component.hear()
    return component
  }

  // Whoever waits for one promise a million times asks it once.
  #awaitedOf(thenable: PromiseLike<unknown>): Dependency {
    const known = this.#awaited.get(thenable)
    if (known !== undefined) return known
    const awaited = new Awaited(thenable, (freed) => {
      // What can be computed again may have another value then.
      this.#awaited.delete(thenable)
      this.#onFreed(freed)
    })
    this.#awaited.set(thenable, awaited)
    return awaited
  }
}

/** What is told of a task that takes something; `undefined` of one that takes nothing. */
export function metadataOf(
  { inputFiles, outputFiles }: CallArguments,
  dependencies: readonly Dependency[],
): TaskMetadata | undefined {
  if (dependencies.length + inputFiles.length + outputFiles.length === 0) return undefined
  return {
    dependencies: dependencies.map(({ uid, name }) => ({ uid, name })),
    inputFiles: inputFiles.map(({ filename }) => filename),
    outputFiles: outputFiles.map(({ filename }) => filename),
  }
}
