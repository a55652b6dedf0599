import { BaseDaskExecutionBackend } from '../backends/dask.js'
import { inlineRuntime } from './runtime.js'

export * from '../index.js'
export { inlineRuntime as runtime } from './runtime.js'

/** `BaseDaskExecutionBackend` on the thread of its caller, for runtimes without workers. */
export class DaskExecutionBackend extends BaseDaskExecutionBackend {
  static override readonly runtime = inlineRuntime
}
