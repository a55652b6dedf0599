/**
 * `daskflow/workflow` on Web Workers, by name.
 *
 * @module daskflow/runtime-web/workflow
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
