import type { BaseConcurrentExecutionBackend } from '../../src/backends/concurrent.js'
import type { BaseDaskExecutionBackend } from '../../src/backends/dask.js'
import type { BaseClient } from '../../src/client/client.js'
import type { BaseLocalCluster } from '../../src/client/local-cluster.js'
import type * as Daskflow from '../../src/index.js'
import type { BaseWorkflowEngine } from '../../src/workflow/engine.js'
import type { WorkflowEngineOptions } from '../../src/workflow/engine-options.js'
import type { Capability } from './limits.js'

type WorkerSource = Daskflow.WorkerSource

/** The package under test, as its user has it. */
export type Package = Pick<
  typeof Daskflow,
  | 'ClusterError'
  | 'DaskflowError'
  | 'DependencyFailureError'
  | 'StateMapper'
  | 'Future'
  | 'NoopExecutionBackend'
  | 'ResultRef'
  | 'TaskCanceledError'
  | 'TaskExecutionError'
  | 'TaskTimeoutError'
  | 'TaskStates'
  | 'TaskValidationError'
  | 'ValueError'
  | 'WorkerLostError'
  | 'asCompleted'
  | 'BaseExecutionBackend'
  | 'InputFile'
  | 'OutputFile'
  | 'TaskFuture'
  | 'moduleFunction'
  | 'transfer'
  | 'wait'
  | 'withScope'
>

export type Backend = BaseDaskExecutionBackend
/** What every runtime exports as `DaskExecutionBackend`. */
export interface BackendClass {
  readonly runtime: Daskflow.Runtime
  new (...args: ConstructorParameters<typeof ConcreteBackend>): Backend
  create: (typeof BaseDaskExecutionBackend)['create']
}
declare class ConcreteBackend extends BaseDaskExecutionBackend {}
/** What every runtime exports as `ConcurrentExecutionBackend`. */
export type ConcurrentClass = (new (
  ...args: ConstructorParameters<typeof ConcreteConcurrent>
) => BaseConcurrentExecutionBackend) &
  Pick<typeof BaseConcurrentExecutionBackend, 'create' | 'runtime'>
declare class ConcreteConcurrent extends BaseConcurrentExecutionBackend {}
/** What every runtime exports as `Client` and `LocalCluster`. */
export type Client = BaseClient

export type ClientClass = new (...args: ConstructorParameters<typeof ConcreteClient>) => Client
declare class ConcreteClient extends BaseClient {}
type LocalCluster = BaseLocalCluster
export type LocalClusterClass = (new (
  ...args: ConstructorParameters<typeof ConcreteCluster>
) => LocalCluster) &
  Pick<typeof BaseLocalCluster, 'create' | 'runtime'>
declare class ConcreteCluster extends BaseLocalCluster {}
/** What every runtime exports as `WorkflowEngine`. */
export type EngineClass = (new (
  options: WorkflowEngineOptions,
) => BaseWorkflowEngine) &
  Pick<typeof BaseWorkflowEngine, 'create' | 'runtime'>
export type TaskRecord = Daskflow.TaskRecord
export type TaskState = Daskflow.TaskState

export interface Context {
  readonly daskflow: Package
  /** The class under test, where it is a `DaskExecutionBackend`. */
  readonly Backend: BackendClass
  /** A backend that is not started yet. It is shut down when the case is over. */
  make(resources?: Daskflow.DaskResources, options?: Daskflow.DaskBackendOptions): Backend
  /** A started one. */
  start(resources?: Daskflow.DaskResources, options?: Daskflow.DaskBackendOptions): Promise<Backend>
  readonly ConcurrentBackend: ConcurrentClass
  /** One of these. It is shut down when the case is over. */
  concurrent(...args: ConstructorParameters<ConcurrentClass>): BaseConcurrentExecutionBackend
  readonly WorkflowEngine: EngineClass
  /** A started one. It is shut down when the case is over. */
  engine(options: WorkflowEngineOptions): Promise<BaseWorkflowEngine>
  readonly Client: ClientClass
  readonly LocalCluster: LocalClusterClass
  /** A started client. It is closed when the case is over. */
  client(...args: ConstructorParameters<ClientClass>): Promise<Client>
  /** A place of its own for the files of tasks: attaches the backend to an engine of that folder. */
  attach(backend: Backend): Place
  /** Where the files of `test/fixtures` are. */
  readonly fixtures: URL
  /** A file of `test/fixtures`, as this runtime takes it for `resources.worker`. */
  workerOf(file: string): WorkerSource
}

/** Where a case keeps files. */
interface Place {
  readonly path: string
  files(): Promise<Daskflow.FileStore>
  /** As when the engine is shut down. */
  leave: Daskflow.Unsubscribe
}

/** One promise of the contract. Passes when `run` resolves. */
export interface Case {
  readonly name: string
  /** `dask`, `local`: it is about `DaskExecutionBackend`, or about those without workers; the others hold for every backend. */
  readonly needs?: readonly ('dask' | 'local' | Capability)[]
  run(context: Context): Promise<void>
}

/** The cases of one part of the contract; `needs` counts for all of them. */
export function cases(part: string, needs: Case['needs'], list: Readonly<Record<string, Case['run']>>): readonly Case[] {
  return Object.entries(list).map(([name, run]) => ({ name: `${part}: ${name}`, needs: needs ?? [], run }))
}
