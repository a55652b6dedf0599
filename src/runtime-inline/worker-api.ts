/**
 * `daskflow/worker` where there are no workers, by name.
 *
 * @module daskflow/runtime-inline/worker
 */

import type { WorkerHost } from '../core/adapter.js'
import { exposeInRealm } from '../worker/expose.js'
import type { Callable } from '../worker/function.js'
import { runWorker, type StartedWorker } from '../worker/host.js'
import { loadHere } from './adapter.js'

export * from '../worker/index.js'

/**
 * Offers functions by name to the tasks of this realm.
 *
 * @example
 * import { expose } from 'daskflow/worker'
 * expose({ async resize(pixels: ImageData, width: number) { … } })
 */
export function expose(functions: Readonly<Record<string, Callable>>): void {
  exposeInRealm(functions)
}

/** Starts a worker in this realm, for an adapter of your own. It runs functions by name and by reference. */
export function startWorker(host: WorkerHost): StartedWorker {
  return runWorker(host, loadHere)
}
