/**
 * A worker of a Dask cluster, to be started by a program. In Node, Deno and Bun.
 *
 * @module daskflow/dask
 */

export { DaskWorker } from './dask.js'
export type { DaskWorkerOptions } from './dask-worker-options.js'
