import { BaseDaskExecutionBackend } from '../backends/dask.js'
import { webRuntime } from './runtime.js'

export * from '../index.js'
export { webRuntime as runtime } from './runtime.js'

/** `BaseDaskExecutionBackend` on Web Workers. */
export class DaskExecutionBackend extends BaseDaskExecutionBackend {
  static override readonly runtime = webRuntime
}
