export { DaskWorker } from './dask.js'
export type { DaskWorkerOptions } from './dask-worker-options.js'
