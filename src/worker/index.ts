// What `daskflow/worker` is in every runtime; each adds its own way to be a worker.
export type { ContextCarrier, WorkerEndpoint, WorkerHost } from '../core/adapter.js'
export type { FileStore, TaskFiles } from '../core/files.js'
export type { TaskContext } from '../core/task-context.js'
export { transfer } from '../core/transfer.js'
export { getTaskContext } from './expose.js'
export type { StartedWorker } from './host.js'
