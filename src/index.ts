// The runtime-free names. Users reach them through a runtime's own index, which binds the rest.
export { BaseExecutionBackend } from './backends/base.js'
export type { BaseDaskExecutionBackend, Started } from './backends/dask.js'
export type { DaskBackendOptions } from './backends/options.js'
export type { DaskResources } from './backends/resources.js'
export type {
  ChannelPort,
  ContextCarrier,
  FunctionLookup,
  SpawnOptions,
  TransferList,
  WorkerAdapter,
  WorkerEndpoint,
  WorkerExit,
  WorkerHandle,
  WorkerHost,
  WorkerSource,
} from './core/adapter.js'
export type { Amounts } from './core/amounts.js'
export type { ExecutionBackend, ExplicitDataDep, ShutdownOptions, TaskListener } from './core/backend.js'
export type { Cluster, SubmittedBatch, TaskHandle, TaskSink, TaskSpec, WorkerEvent } from './core/cluster.js'
export {
  ClusterError,
  DaskflowError,
  DependencyFailureError,
  type ErrorCode,
  KilledWorkerError,
  TaskCanceledError,
  TaskTimeoutError,
  TaskValidationError,
  ValueError,
  WorkerLostError,
} from './core/errors.js'
export { type ModuleFunction, moduleFunction, withScope } from './core/function-ref.js'
export type { Logger } from './core/logger.js'
export type { Runtime } from './core/runtime.js'
export { type BackendStates, StateMapper, type TaskState, TaskStates, TaskStates as TasksMainStates } from './core/states.js'
export type { Unsubscribe } from './core/subscribable.js'
export type { NamedTask, TaskFunction, TaskOptions, TaskRecord } from './core/task.js'
export type { LogEntry, TaskContext } from './core/task-context.js'
export { transfer } from './core/transfer.js'
