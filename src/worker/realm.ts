import type { TaskContext } from '../core/task-context.js'
import { PROTOCOL_VERSION } from '../wire/protocol.js'
import { outsideOfTask } from './context.js'
import type { Callable } from './function.js'

/**
 * Where code that runs in a worker finds it.
 *
 * A thread is one worker; where there are no threads, several share a realm.
 */
export interface Realm {
  readonly version: number
  /** What the tasks of these workers may call by name. */
  readonly exposed: ReadonlyMap<string, Callable>
  expose(functions: Readonly<Record<string, Callable>>): void
  add(worker: RealmWorker): void
  remove(worker: RealmWorker): void
  /** @throws {TaskValidationError} outside of a task */
  getTaskContext(): TaskContext
}

interface RealmWorker {
  /** The context of the task that runs at this moment, when it is one of this worker. */
  currentTask(): TaskContext | undefined
}

// The library's worker is bundled whole, so a task module that imports `daskflow/worker` brings a second copy of this
// file. The copies meet here.
const SLOT: unique symbol = Symbol.for('daskflow.worker') as never

interface Holder {
  [SLOT]?: Realm
}

/** This realm, when a worker was started in it. */
export function currentRealm(): Realm | undefined {
  return (globalThis as Holder)[SLOT]
}

/** This realm, from now on one with workers. */
export function enterRealm(): Realm {
  const holder = globalThis as Holder
  holder[SLOT] ??= new LocalRealm()
  return holder[SLOT]
}

class LocalRealm implements Realm {
  readonly version = PROTOCOL_VERSION
  readonly exposed = new Map<string, Callable>()
  #workers: readonly RealmWorker[] = []

  expose(functions: Readonly<Record<string, Callable>>): void {
    for (const [name, call] of Object.entries(functions)) this.exposed.set(name, call)
  }

  add(worker: RealmWorker): void {
    // The newest first: a worker that was started by a task of another is the inner one.
    this.#workers = [worker, ...this.#workers]
  }

  remove(worker: RealmWorker): void {
    this.#workers = this.#workers.filter((other) => other !== worker)
  }

  getTaskContext(): TaskContext {
    for (const worker of this.#workers) {
      const task = worker.currentTask()
      if (task !== undefined) return task
    }
    throw outsideOfTask()
  }
}
