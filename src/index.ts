// The runtime-free names. Users reach them through a runtime's own index, which binds the rest.
export { BaseExecutionBackend } from './backends/base.js'
export type { BaseConcurrentExecutionBackend } from './backends/concurrent.js'
export type { ConcurrentBackendOptions } from './backends/concurrent-options.js'
export type { BaseDaskExecutionBackend, Started } from './backends/dask.js'
export { type NoopBackendOptions, NoopExecutionBackend } from './backends/noop.js'
export type { DaskBackendOptions } from './backends/options.js'
export { ResultRef } from './backends/result-ref.js'
export type { StagedFile } from './backends/task-files.js'
export type { Prompt } from './backends/work.js'
export { type AsCompleted, asCompleted } from './client/as-completed.js'
export type { BaseClient, Functions, SchedulerInfo } from './client/client.js'
export type { ClientOptions, ScatterOptions } from './client/client-options.js'
export { Future, type FutureHome, type WaitOptions } from './client/future.js'
export type { FutureStatus } from './client/future-state.js'
export type { GatherOptions } from './client/gather.js'
export type { BaseLocalCluster } from './client/local-cluster.js'
export type { SubmitOptions } from './client/submit-input.js'
export type {
  Actor,
  Answer,
  AnyClass,
  AnyFunction,
  FutureItself,
  Gathered,
  In,
  InArgs,
  Iterables,
  Scattered,
} from './client/types.js'
export { type Waited, type WaitForOptions, wait } from './client/wait.js'
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
export type {
  BackendCapabilities,
  ExecutionBackend,
  ExplicitDataDep,
  ShutdownOptions,
  TaskListener,
  WorkflowSession,
} from './core/backend.js'
export type {
  Cluster,
  DataCluster,
  FailedTask,
  Input,
  Path,
  ScatteredValue,
  SubmittedBatch,
  TaskHandle,
  TaskSink,
  TaskSpec,
  WorkerEvent,
  WorkerInfo,
} from './core/cluster.js'
export {
  ClusterError,
  CommClosedError,
  DaskflowError,
  DependencyFailureError,
  type ErrorCode,
  KilledWorkerError,
  PythonError,
  TaskCanceledError,
  TaskExecutionError,
  TaskTimeoutError,
  TaskValidationError,
  ValueError,
  WorkerLostError,
} from './core/errors.js'
export type { FileContents, FileStore, FilesCarried, FilesInFolder, SpecFiles, TaskFiles } from './core/files.js'
export { type ModuleFunction, moduleFunction, withScope } from './core/function-ref.js'
export type { Logger } from './core/logger.js'
export type { Command, ProcessEnd, ProcessExit, ProcessRunner } from './core/processes.js'
export { pythonFunction } from './core/python-function.js'
export type { Runtime } from './core/runtime.js'
export { type BackendStates, StateMapper, type TaskState, TaskStates, TaskStates as TasksMainStates } from './core/states.js'
export type { Unsubscribe } from './core/subscribable.js'
export type {
  BackendTaskOptions,
  ExecutableOptions,
  NamedTask,
  TaskFunction,
  TaskMetadata,
  TaskOptions,
  TaskRecord,
} from './core/task.js'
export type { LogEntry, TaskContext } from './core/task-context.js'
export { transfer } from './core/transfer.js'
export type { DaskResources } from './input/resources.js'
export type { BlockScope, CallScope, WorkflowScope } from './workflow/block.js'
export type { Component, ComponentState } from './workflow/component.js'
export { InputFile, OutputFile } from './workflow/data.js'
export type { BlockOptions, CallOptions, DefinitionOptions } from './workflow/definition.js'
export type { BaseWorkflowEngine, DefaultBackends } from './workflow/engine.js'
export type { TelemetryOptions, WorkflowEngineOptions } from './workflow/engine-options.js'
export { type ResultOptions, TaskFuture, type TaskFutureHome } from './workflow/task-future.js'
export type {
  Telemetry,
  TelemetryAttributes,
  TelemetryDetails,
  TelemetryEvent,
  TelemetryListener,
  TelemetrySummary,
} from './workflow/telemetry.js'
export type { BlockBody, CallOf, Given, GivenArgs, Runnable, TaskCall, TextBody } from './workflow/types.js'
