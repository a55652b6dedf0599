import { ClusterError, TaskValidationError } from './errors.js'
import type { AnyFunction } from './leaf.js'
import type { TaskContext } from './task-context.js'

// Of what one copy of this file says to another.
const REALM_VERSION = 1

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
  readonly hadWorker: boolean
  addWorker(worker: TaskSource): void
  removeWorker(worker: TaskSource): void
  /** What runs tasks here and is no worker. */
  addSource(source: TaskSource): void
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

/** This realm, when a task may run in it. @throws {ClusterError} when another version of this package entered it first */
export function currentRealm(): Realm | undefined {
  const realm = (globalThis as Holder)[SLOT]
  if (realm === undefined || realm.version === REALM_VERSION) return realm
  throw new ClusterError(
    `Two versions of daskflow meet in this thread (realm ${realm.version}, here ${REALM_VERSION}). Install one version.`,
  )
}

/** This realm, from now on one with tasks. @throws {ClusterError} as `currentRealm` does */
export function enterRealm(): Realm {
  const holder = globalThis as Holder
  holder[SLOT] ??= new LocalRealm()
  return currentRealm() as Realm
}

class LocalRealm implements Realm {
  readonly version = REALM_VERSION
  readonly exposed = new Map<string, AnyFunction>()
  #sources: readonly TaskSource[] = []
  #hadWorker = false

  expose(functions: Readonly<Record<string, AnyFunction>>): void {
    for (const [name, call] of Object.entries(functions)) this.exposed.set(name, call)
  }

  get hadWorker(): boolean {
    return this.#hadWorker
  }

  addWorker(worker: TaskSource): void {
    this.#hadWorker = true
    this.addSource(worker)
  }

  removeWorker(worker: TaskSource): void {
    this.#sources = this.#sources.filter((other) => other !== worker)
  }

  addSource(source: TaskSource): void {
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
