import { TaskValidationError } from './errors.js'
import type { AnyFunction } from './leaf.js'
import type { TaskContext } from './task-context.js'

// Of what one copy of this file says to another.
export const REALM_VERSION = 1

/**
 * Where code that runs in a task finds it.
 *
 * A thread is one worker; where there are no threads, several share a realm, with the tasks that run on the program's own.
 */
export interface Realm {
  readonly version: number
  /** What the tasks of these workers may call by name. */
  readonly exposed: ReadonlyMap<string, AnyFunction>
  expose(functions: Readonly<Record<string, AnyFunction>>): void
  /** Whether a worker was started here, which finds what is exposed. */
  readonly hasWorkers: boolean
  add(worker: TaskSource): void
  remove(worker: TaskSource): void
  /** Asks one that is no worker as well, from now on. */
  ask(source: TaskSource): void
  /** @throws {TaskValidationError} outside of a task */
  getTaskContext(): TaskContext
}

/** What runs tasks in this realm. */
interface TaskSource {
  /** The context of the task that runs at this moment, when it is one of these. */
  currentTask(): TaskContext | undefined
}

// The library's worker is bundled whole, so a task module that imports `daskflow/worker` brings a second copy of this
// file. The copies meet here.
const SLOT: unique symbol = Symbol.for('daskflow.worker') as never

interface Holder {
  [SLOT]?: Realm
}

/** This realm, when a task may run in it. */
export function currentRealm(): Realm | undefined {
  return (globalThis as Holder)[SLOT]
}

/** This realm, from now on one with tasks. */
export function enterRealm(): Realm {
  const holder = globalThis as Holder
  holder[SLOT] ??= new LocalRealm()
  return holder[SLOT]
}

class LocalRealm implements Realm {
  readonly version = REALM_VERSION
  readonly exposed = new Map<string, AnyFunction>()
  #sources: readonly TaskSource[] = []
  #hasWorkers = false

  expose(functions: Readonly<Record<string, AnyFunction>>): void {
    for (const [name, call] of Object.entries(functions)) this.exposed.set(name, call)
  }

  get hasWorkers(): boolean {
    return this.#hasWorkers
  }

  add(worker: TaskSource): void {
    this.#hasWorkers = true
    this.ask(worker)
  }

  remove(worker: TaskSource): void {
    this.#sources = this.#sources.filter((other) => other !== worker)
  }

  ask(source: TaskSource): void {
    // The newest first: a worker that was started by a task of another is the inner one.
    this.#sources = [source, ...this.#sources]
  }

  getTaskContext(): TaskContext {
    for (const source of this.#sources) {
      const task = source.currentTask()
      if (task !== undefined) return task
    }
    throw outsideOfTask()
  }
}

export function outsideOfTask(): TaskValidationError {
  return new TaskValidationError(
    'getTaskContext() was called outside of a task. Call it in the task itself, before its first await where the runtime has no async context.',
  )
}
