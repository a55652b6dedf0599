import type * as Daskflow from '../../src/runtime-node/index.js'

/** What a case needs of the backend under test, beyond the contract that all backends share. */
export type Capability =
  /** It is a `DaskExecutionBackend`: resources, start, cancellation of all, contexts. */
  | 'dask'
  /** Workers run beside the caller, and can be ended by a task: `process.exit`. */
  | 'threads'
  /** Inline functions are shipped as source: they see no variables of their file. */
  | 'source'
  /** A task finds its context after an `await`, too. */
  | 'asyncContext'
  /** `moduleFunction` of a file. */
  | 'modules'
  /** The user's own worker, given as `resources.worker`. */
  | 'ownWorker'

/** The package under test, as its user has it. */
export type Package = Pick<
  typeof Daskflow,
  | 'ClusterError'
  | 'DaskflowError'
  | 'StateMapper'
  | 'TaskCanceledError'
  | 'TaskStates'
  | 'TaskValidationError'
  | 'ValueError'
  | 'moduleFunction'
  | 'transfer'
  | 'withScope'
>

export type Backend = InstanceType<typeof Daskflow.DaskExecutionBackend>
export type BackendClass = typeof Daskflow.DaskExecutionBackend
export type TaskRecord = Daskflow.TaskRecord
export type TaskState = Daskflow.TaskState

export interface Context {
  readonly daskflow: Package
  /** The class under test, where there is the capability `dask`. */
  readonly Backend: BackendClass
  /** A started backend. It is shut down when the case is over. */
  start(resources?: Daskflow.DaskResources, options?: Daskflow.DaskBackendOptions): Promise<Backend>
  /** Where the files of `test/fixtures` are. */
  readonly fixtures: URL
}

/** One promise of the contract. Passes when `run` resolves. */
export interface Case {
  readonly name: string
  readonly needs?: readonly Capability[]
  run(context: Context): Promise<void>
}

/** The cases of one part of the contract; `needs` counts for all of them. */
export function cases(part: string, needs: readonly Capability[], list: Readonly<Record<string, Case['run']>>): readonly Case[] {
  return Object.entries(list).map(([name, run]) => ({ name: `${part}: ${name}`, needs, run }))
}
