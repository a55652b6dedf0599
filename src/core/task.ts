import type { TransferList } from './adapter.js'
import type { Amounts } from './amounts.js'
import type { ModuleFunction } from './function-ref.js'
import type { TaskState } from './states.js'

/**
 * What a task runs: a name that the user's worker exposes, a module's function, or an async function that is shipped as
 * source.
 */
// biome-ignore lint/suspicious/noExplicitAny: a function of any arguments; `unknown` would refuse every one of them
export type TaskFunction = string | ModuleFunction | ((...args: any[]) => unknown)

/** A task as AsyncFlow describes it: a plain record. The backend writes the second half of it. */
export interface TaskRecord {
  /** Names the task among the live tasks of its backend. */
  uid: string
  /** What it runs. One of `function`, `executable` and `prompt`. */
  function?: TaskFunction | undefined
  /** With what it is called. Default: nothing. */
  args?: readonly unknown[] | undefined
  /** Passed as one more argument, the last, when it is not empty. */
  kwargs?: Readonly<Record<string, unknown>> | undefined
  /** For people and dashboards. Default: the function's name, else `lambda`. */
  name?: string | undefined
  /** A program, for backends that run those. */
  executable?: string | undefined
  /** The arguments of that program. */
  arguments?: readonly string[] | undefined
  /** What a model is asked; in place of a function and of an executable. */
  prompt?: string | undefined
  /** Whether `stdout` and `stderr` are to be the paths of files that hold what an executable wrote. Default false. */
  captureStdio?: boolean | undefined
  /** How it is to be run. */
  taskBackendSpecificKwargs?: (BackendTaskOptions & ExecutableOptions) | undefined
  /** The name of the backend that it was meant for. */
  targetBackend?: string | undefined
  /** For backends that know services. */
  isService?: boolean | undefined
  /** Groups tasks, in telemetry. */
  workflowId?: string | undefined
  /** What a workflow engine knows of it. */
  metadata?: TaskMetadata | undefined

  /** Absent until it runs or ends. */
  state?: TaskState
  /** What the function returned, when that was not `undefined`. */
  returnValue?: unknown
  /** What it threw, or why it could not be run. Of a cancelled task: only when a reason was given. */
  exception?: unknown
  /** Of executables. */
  stdout?: unknown
  /** Of executables; where they are not supported, the error that says so. */
  stderr?: unknown
  /** Of executables. */
  exitCode?: number
}

/**
 * A task of a function that the user's worker exposes, typed by those functions: the name, the arguments, the result.
 *
 * @example
 * // filters.worker.ts: export const filters = { async blur(pixels: Pixels, radius: number) { … } }; expose(filters)
 * import type { filters } from './filters.worker.ts'
 * const task: NamedTask<typeof filters> = { uid: 'a', function: 'blur', args: [pixels, 2] }
 */
export type NamedTask<Functions> = {
  [Name in keyof Functions & string]: Functions[Name] extends (...args: infer Args) => infer Result
    ? Omit<TaskRecord, 'function' | 'args' | 'kwargs' | 'returnValue'> & {
        /** A name that the worker exposes. */
        function: Name
        /** What it answered. */
        returnValue?: Awaited<Result>
      } & (Args extends []
          ? {
              /** None are needed. */
              args?: Readonly<Args>
            }
          : {
              /** With what it is called. */
              args: Readonly<Args>
            })
    : never
}[keyof Functions & string]

/** What a task of a workflow waits for, and the names of the files that it takes and makes. */
export interface TaskMetadata {
  /** What it waits for. */
  readonly dependencies: readonly {
    /** Names it among the tasks of its engine. */
    readonly uid: string
    /** For people. */
    readonly name: string
  }[]
  /** The names of the files that it takes. */
  readonly inputFiles: readonly string[]
  /** The names of the files that it makes. */
  readonly outputFiles: readonly string[]
}

/** What a backend that runs executables may be told of one. `timeout` is a word of `TaskOptions`. */
export interface ExecutableOptions {
  /** Where it runs. Default: the folder of the task, where it has files; else the working directory. */
  readonly cwd?: string | undefined
  /** Beside the variables of this process; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Whether a shell reads the command. Default false: arguments arrive as they are. */
  readonly shell?: boolean | undefined
}

/** What a `DaskExecutionBackend` may be told of a task. */
export interface BackendTaskOptions extends TaskOptions {
  /**
   * Whether the result stays on the worker that made it: `returnValue` is then a `ResultRef`, which stands for it among the
   * arguments of other tasks of the same backend. `true`: tasks of a worker share it, and must not change it. `'copied'`:
   * each gets a copy of its own. Default false.
   */
  readonly keepResult?: boolean | 'copied' | undefined
}

/** Dask's `submit` words. */
export interface TaskOptions {
  /** Higher runs first; equal ones run in order of submission. Default 0. */
  readonly priority?: number | undefined
  /** What it takes of a worker's `resources` while it runs. One that no worker can ever have fails at once. */
  readonly resources?: Amounts | undefined
  /**
   * Milliseconds that it may take, from its start. One that takes longer FAILs with a `TaskTimeoutError`; it is stopped as
   * a cancelled one is. Default: `taskTimeout` of the backend.
   */
  readonly timeout?: number | undefined
  /** Cancels it: CANCELED, with the signal's reason as the cause of its `exception`. */
  readonly signal?: AbortSignal | undefined
  /** How often it is run again when it throws. Not with `transfer`. Default 0. */
  readonly retries?: number | undefined
  /**
   * The ids of the workers that are to run it, as `onWorker` and `getTaskContext().workerId` tell them. It FAILs when none
   * of them is there, or is any more.
   */
  readonly workers?: string | readonly string[] | undefined
  /** Whether others may run it when none of `workers` has room. Default false. */
  readonly allowOtherWorkers?: boolean | undefined
  /** Objects among the arguments that are moved to the worker, not copied. */
  readonly transfer?: TransferList | undefined
}
