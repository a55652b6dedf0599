/**
 * The workflow engine by itself. The same classes as those of the whole.
 *
 * @module daskflow/workflow
 */

export type {
  BlockScope,
  CallOptions,
  CallScope,
  ComponentState,
  DefinitionOptions,
  Given,
  GivenArgs,
  ResultOptions,
  TaskCall,
  Telemetry,
  TelemetryEvent,
  TelemetryListener,
  TelemetryOptions,
  TelemetrySummary,
  WorkflowEngineOptions,
  WorkflowScope,
} from './index.js'
export { InputFile, OutputFile, TaskFuture, WorkflowEngine } from './index.js'
