import {
  ConcurrentExecutionBackend,
  type ExecutionBackend,
  NoopExecutionBackend,
  WorkflowEngine,
  type WorkflowEngineOptions,
} from 'daskflow'
import { onTestFinished } from 'vitest'

/** An engine that is shut down, with its backends, when the test is over. */
export async function createFlow(options: WorkflowEngineOptions): Promise<WorkflowEngine> {
  const flow = await WorkflowEngine.create(options)
  onTestFinished(() => flow.shutdown())
  return flow
}

/** One over a backend that runs nothing. */
export function noopFlow(): Promise<WorkflowEngine> {
  return createFlow({ backend: new NoopExecutionBackend() })
}

/** One that runs its tasks here. */
export function localFlow(options: Omit<WorkflowEngineOptions, 'backend'> = {}): Promise<WorkflowEngine> {
  return createFlow({ ...options, backend: new ConcurrentExecutionBackend() })
}

/** One over these; for tests that say by hand what becomes of each task. */
export function flowOver(...backend: readonly ExecutionBackend[]): Promise<WorkflowEngine> {
  return createFlow({ backend })
}
