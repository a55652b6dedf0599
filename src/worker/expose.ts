import type { WorkerHost } from '../core/adapter.js'
import { ClusterError } from '../core/errors.js'
import { currentRealm, enterRealm, outsideOfTask, type Realm } from '../core/realm.js'
import type { TaskContext } from '../core/task-context.js'
import type { Callable } from './function.js'
import { startWorker } from './start.js'

/**
 * Offers functions by name to the tasks of this worker, and makes this realm a worker when it is none yet.
 *
 * @param hostOf the runtime's way to be a worker; `undefined` when this realm is not one
 * @throws {ClusterError} outside of a worker
 * @throws {TypeError} when something is no function
 */
export function exposeOn(hostOf: () => WorkerHost | undefined, functions: Readonly<Record<string, Callable>>): void {
  checkFunctions(functions)
  realmOf(hostOf).expose(functions)
}

/**
 * Offers functions by name to the workers of this realm, present and future.
 *
 * @throws {TypeError} when something is no function
 */
export function exposeInRealm(functions: Readonly<Record<string, Callable>>): void {
  checkFunctions(functions)
  enterRealm().expose(functions)
}

function checkFunctions(functions: Readonly<Record<string, Callable>>): void {
  for (const [name, value] of Object.entries(functions)) {
    if (typeof value !== 'function') throw new TypeError(`expose({ ${name} }): ${name} must be a function, got ${typeof value}`)
  }
}

function realmOf(hostOf: () => WorkerHost | undefined): Realm {
  const realm = currentRealm()
  if (realm?.hadWorker) return realm
  const host = hostOf()
  if (host === undefined) {
    throw new ClusterError(
      "expose() was called outside of a worker of this runtime. Give the file to a backend: new DaskExecutionBackend({ worker }). If that backend is of 'daskflow/runtime-web', import 'daskflow/runtime-web/worker'.",
    )
  }
  startWorker(host)
  return enterRealm()
}

/**
 * The context of the task that runs here.
 *
 * Where the runtime has no async context (browsers today) it must be called before the task's first `await`.
 *
 * @throws {TaskValidationError} outside of a task
 */
export function getTaskContext(): TaskContext {
  const realm = currentRealm()
  if (realm === undefined) throw outsideOfTask()
  return realm.getTaskContext()
}
