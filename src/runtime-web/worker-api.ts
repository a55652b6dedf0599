/**
 * `daskflow/worker` for Web Workers, by name.
 *
 * @module daskflow/runtime-web/worker
 */

import { exposeOn } from '../worker/expose.js'
import type { Callable } from '../worker/function.js'
import { webHost } from './host.js'

export * from '../worker/index.js'
export { startWorker } from '../worker/start.js'

/**
 * Offers functions by name, from the file that was given as `resources.worker`.
 *
 * @example
 * import { expose } from 'daskflow/worker'
 * expose({ async resize(pixels: ImageData, width: number) { … } })
 * @throws {ClusterError} outside of a worker
 */
export function expose(functions: Readonly<Record<string, Callable>>): void {
  exposeOn(webHost, functions)
}
