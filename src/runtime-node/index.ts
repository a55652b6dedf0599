/**
 * The whole library: the client, the backends, the workflow engine. The export conditions of the package pick the workers
 * of the runtime that imports it; each has the same names and types.
 *
 * @module daskflow
 */

import { BaseConcurrentExecutionBackend } from '../backends/concurrent.js'
import { BaseDaskExecutionBackend } from '../backends/dask.js'
import { NoopExecutionBackend } from '../backends/noop.js'
import { BaseClient, type Functions } from '../client/client.js'
import { BaseLocalCluster } from '../client/local-cluster.js'
import { BaseWorkflowEngine, type DefaultBackends } from '../workflow/engine.js'
import { nodeRuntime } from './runtime.js'

export * from '../index.js'
export { nodeRuntime as runtime } from './runtime.js'

/** `BaseDaskExecutionBackend` on `worker_threads`; where another runtime is picked, on what that has. */
export class DaskExecutionBackend extends BaseDaskExecutionBackend {
  static override readonly runtime = nodeRuntime
}

/** `BaseConcurrentExecutionBackend` with child processes. */
export class ConcurrentExecutionBackend extends BaseConcurrentExecutionBackend {
  static override readonly runtime = nodeRuntime
}
export { ConcurrentExecutionBackend as LocalExecutionBackend }

/** `BaseClient` with workers on `worker_threads`; where another runtime is picked, on what that has. */
export class Client<Tasks extends Functions = Functions> extends BaseClient<Tasks> {
  static override readonly runtime = nodeRuntime
}

/** `BaseLocalCluster` with workers on `worker_threads`; where another runtime is picked, on what that has. */
export class LocalCluster extends BaseLocalCluster {
  static override readonly runtime = nodeRuntime
}

/** `BaseWorkflowEngine`, whose default backend is the `DaskExecutionBackend` of this runtime. */
export class WorkflowEngine extends BaseWorkflowEngine {
  static override readonly runtime = nodeRuntime
  /** What an engine makes where it was given no backend. */
  static override readonly backends: DefaultBackends = {
    run: () => new DaskExecutionBackend(),
    dryRun: () => new NoopExecutionBackend(),
  }
}
