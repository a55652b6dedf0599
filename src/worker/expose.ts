import type { WorkerHost } from '../core/adapter.js'
import { ClusterError } from '../core/errors.js'
import type { TaskContext } from '../core/task-context.js'
import { PROTOCOL_VERSION } from '../wire/protocol.js'
import { outsideOfTask } from './context.js'
import type { Callable } from './function.js'
import { currentWorker, startWorker, type Worker } from './host.js'

/**
 * Offers functions by name to the tasks of this worker, and makes this realm a worker when it is none yet.
 *
 * @param hostOf the runtime's way to be a worker; `undefined` when this realm is not one
 * @throws {ClusterError} outside of a worker
 * @throws {TypeError} when something is no function
 */
export function exposeOn(hostOf: () => WorkerHost | undefined, functions: Readonly<Record<string, Callable>>): void {
  for (const [name, value] of Object.entries(functions)) {
    if (typeof value !== 'function') throw new TypeError(`expose({ ${name} }): ${name} must be a function, got ${typeof value}`)
  }
  workerOf(hostOf).expose(functions)
}

function workerOf(hostOf: () => WorkerHost | undefined): Worker {
  const running = currentWorker()
  if (running !== undefined) {
    if (running.version === PROTOCOL_VERSION) return running
    throw new ClusterError(
      `This worker was started by another version of daskflow (protocol ${running.version}, here ${PROTOCOL_VERSION}). Install one version.`,
    )
  }
  const host = hostOf()
  if (host === undefined) {
    throw new ClusterError(
      'expose() was called outside of a worker. Give the file to a backend: new DaskExecutionBackend({ worker })',
    )
  }
  return startWorker(host)
}

/**
 * The context of the task that runs here.
 *
 * Where the runtime has no async context (browsers today) it must be called before the task's first `await`.
 *
 * @throws {TaskValidationError} outside of a task
 */
export function getTaskContext(): TaskContext {
  const worker = currentWorker()
  if (worker === undefined) throw outsideOfTask()
  return worker.getTaskContext()
}
