import type { ExecutionBackend } from '../../../src/core/backend.js'
import type { BaseWorkflowEngine } from '../../../src/workflow/engine.js'
import type { WorkflowEngineOptions } from '../../../src/workflow/engine-options.js'
import { type Case, type Context, cases } from '../case.js'

/** What a case of the engine has: whatever its backend is. */
interface FlowContext extends Context {
  /** An engine over the backend. It is shut down when the case is over. */
  flow(options?: Omit<WorkflowEngineOptions, 'backend'>): Promise<BaseWorkflowEngine>
  /** A further backend of that kind. */
  backend(name?: string): ExecutionBackend
}

type FlowCases = Readonly<Record<string, (context: FlowContext) => Promise<void>>>

type Make = (context: Context, name: string | undefined) => ExecutionBackend

const RUNNING: Readonly<Record<string, Make>> = {
  DaskExecutionBackend: (context, name) => context.make({ nWorkers: 2 }, { name }),
  ConcurrentExecutionBackend: (context, name) => context.concurrent({ name }),
}
const ALL: Readonly<Record<string, Make>> = {
  ...RUNNING,
  NoopExecutionBackend: ({ daskflow }, name) => new daskflow.NoopExecutionBackend({ name }),
}

/** Cases for backends that run what they are given. */
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
