import type { ExecutionBackend } from '../../../src/core/backend.js'
import type { BaseWorkflowEngine } from '../../../src/workflow/engine.js'
import type { WorkflowEngineOptions } from '../../../src/workflow/engine-options.js'
import { type Case, type Context, cases, type TaskRecord, type TaskState } from '../case.js'

/** What a case of the engine has: whatever its backend is. */
interface FlowContext extends Context {
  /** An engine over the backend. It is shut down when the case is over. */
  flow(options?: Omit<WorkflowEngineOptions, 'backend'>): Promise<BaseWorkflowEngine>
  /** A further backend of that kind. */
  backend(name?: string): ExecutionBackend
}

type FlowCases = Readonly<Record<string, (context: FlowContext) => Promise<void>>>

type Make = (context: Context, name: string | undefined) => ExecutionBackend

// What a user of the contract may write.
function ownBackend({ daskflow }: Context, name = 'own'): ExecutionBackend {
  class Own extends daskflow.BaseExecutionBackend {
    readonly #live = new Map<string, TaskRecord>()
    #open = true

    async submitTasks(tasks: readonly TaskRecord[]): Promise<void> {
      for (const task of tasks) {
        if (typeof task.function !== 'function') throw new daskflow.TaskValidationError(`'${task.uid}' has no function`)
        this.#live.set(task.uid, task)
        void this.#run(task, task.function)
      }
    }

    async cancelTask(uid: string): Promise<boolean> {
      const task = this.#live.get(uid)
      if (task !== undefined) this.#end(task, 'CANCELED')
      return task !== undefined
    }

    async shutdown(): Promise<void> {
      this.#open = false
      for (const task of this.#live.values()) this.#end(task, 'CANCELED')
    }

    async state(): Promise<string> {
      return this.#open ? 'CONNECTED' : 'DISCONNECTED'
    }

    async #run(task: TaskRecord, fn: (...args: readonly unknown[]) => unknown): Promise<void> {
      this.report(task, 'RUNNING')
      try {
        this.#end(task, 'DONE', { returnValue: await fn(...(task.args ?? [])) })
      } catch (exception) {
        this.#end(task, 'FAILED', { exception })
      }
    }

    /** What it tells is another object. */
    #end(task: TaskRecord, state: TaskState, outcome?: Partial<TaskRecord>): void {
      if (this.#live.delete(task.uid)) this.report({ ...task }, state, outcome)
    }
  }
  return new Own(name)
}

const RUNNING: Readonly<Record<string, Make>> = {
  DaskExecutionBackend: (context, name) => context.make({ nWorkers: 2 }, { name }),
  ConcurrentExecutionBackend: (context, name) => context.concurrent({ name }),
}
const ALL: Readonly<Record<string, Make>> = {
  ...RUNNING,
  NoopExecutionBackend: ({ daskflow }, name) => new daskflow.NoopExecutionBackend({ name }),
}

/** Cases for every backend that runs functions, also one of a user's own. */
export function overOwn(part: string, list: FlowCases): readonly Case[] {
  return over({ ...RUNNING, 'a backend of one’s own': ownBackend }, part, list)
}

/** Cases for backends of this package that run what they are given. */
export function overRunning(part: string, list: FlowCases): readonly Case[] {
  return over(RUNNING, part, list)
}

/** Cases for these and for the one that runs nothing. */
export function overAll(part: string, list: FlowCases): readonly Case[] {
  return over(ALL, part, list)
}

function over(backends: Readonly<Record<string, Make>>, part: string, list: FlowCases): readonly Case[] {
  return Object.entries(backends).flatMap(([kind, make]) =>
    cases(
      `workflow over ${kind}, ${part}`,
      [kind === 'DaskExecutionBackend' ? 'dask' : 'local'],
      Object.fromEntries(Object.entries(list).map(([name, run]) => [name, (context: Context) => run(withFlow(context, make))])),
    ),
  )
}

function withFlow(context: Context, make: Make): FlowContext {
  const backend = (name?: string) => make(context, name)
  return { ...context, backend, flow: (options = {}) => context.engine({ ...options, backend: backend() }) }
}
