import { BaseDaskExecutionBackend } from '../backends/dask.js'
import { nodeRuntime } from './runtime.js'

export * from '../index.js'
export { nodeRuntime as runtime } from './runtime.js'

/** `BaseDaskExecutionBackend` on `worker_threads`; where another runtime is picked, on what that has. */
export class DaskExecutionBackend extends BaseDaskExecutionBackend {
  static override readonly runtime = nodeRuntime
}
