/**
 * The whole library on Web Workers, by name.
 *
 * @module daskflow/runtime-web
 */

import { BaseConcurrentExecutionBackend } from '../backends/concurrent.js'
import { BaseDaskExecutionBackend } from '../backends/dask.js'
import { NoopExecutionBackend } from '../backends/noop.js'
import { BaseClient, type Functions } from '../client/client.js'
import { BaseLocalCluster } from '../client/local-cluster.js'
import { BaseWorkflowEngine, type DefaultBackends } from '../workflow/engine.js'
import { webRuntime } from './runtime.js'

export * from '../index.js'
export { webRuntime as runtime } from './runtime.js'

/** `BaseDaskExecutionBackend` on Web Workers. */
export class DaskExecutionBackend extends BaseDaskExecutionBackend {
  static override readonly runtime = webRuntime
}

/** `BaseConcurrentExecutionBackend` in a page or a Web Worker: it has no child processes. */
export class ConcurrentExecutionBackend extends BaseConcurrentExecutionBackend {
  static override readonly runtime = webRuntime
}
export { ConcurrentExecutionBackend as LocalExecutionBackend }

/** `BaseClient` with workers on Web Workers. */
export class Client<Tasks extends Functions = Functions> extends BaseClient<Tasks> {
  static override readonly runtime = webRuntime
}

/** `BaseLocalCluster` with workers on Web Workers. */
export class LocalCluster extends BaseLocalCluster {
  static override readonly runtime = webRuntime
}

/** `BaseWorkflowEngine`, whose default backend is the `DaskExecutionBackend` of this runtime. */
export class WorkflowEngine extends BaseWorkflowEngine {
  static override readonly runtime = webRuntime
  /** What an engine makes where it was given no backend. */
  static override readonly backends: DefaultBackends = {
    run: () => new DaskExecutionBackend(),
    dryRun: () => new NoopExecutionBackend(),
  }
}
