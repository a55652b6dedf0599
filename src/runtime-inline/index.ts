/**
 * The whole library without workers: tasks run on the thread of their caller.
 *
 * @module daskflow/runtime-inline
 */

import { BaseConcurrentExecutionBackend } from '../backends/concurrent.js'
import { BaseDaskExecutionBackend } from '../backends/dask.js'
import { NoopExecutionBackend } from '../backends/noop.js'
import { BaseClient, type Functions } from '../client/client.js'
import { BaseLocalCluster } from '../client/local-cluster.js'
import { BaseWorkflowEngine, type DefaultBackends } from '../workflow/engine.js'
import { inlineRuntime } from './runtime.js'

export * from '../index.js'
export { inlineRuntime as runtime } from './runtime.js'

/** `BaseDaskExecutionBackend` on the thread of its caller, for runtimes without workers. */
export class DaskExecutionBackend extends BaseDaskExecutionBackend {
  static override readonly runtime = inlineRuntime
}

/** `BaseConcurrentExecutionBackend` without child processes. */
export class ConcurrentExecutionBackend extends BaseConcurrentExecutionBackend {
  static override readonly runtime = inlineRuntime
}
export { ConcurrentExecutionBackend as LocalExecutionBackend }

/** `BaseClient` with workers on the thread of its caller, for runtimes without workers. */
export class Client<Tasks extends Functions = Functions> extends BaseClient<Tasks> {
  static override readonly runtime = inlineRuntime
}

/** `BaseLocalCluster` with workers on the thread of its caller, for runtimes without workers. */
export class LocalCluster extends BaseLocalCluster {
  static override readonly runtime = inlineRuntime
}

/** `BaseWorkflowEngine`, whose default backend is the `DaskExecutionBackend` of this runtime. */
export class WorkflowEngine extends BaseWorkflowEngine {
  static override readonly runtime = inlineRuntime
  /** What an engine makes where it was given no backend. */
  static override readonly backends: DefaultBackends = {
    run: () => new DaskExecutionBackend(),
    dryRun: () => new NoopExecutionBackend(),
  }
}
