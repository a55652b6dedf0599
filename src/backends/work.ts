import type { AnyFunction } from '../core/leaf.js'
import type { Runtime } from '../core/runtime.js'
import type { ExecutableOptions, TaskOptions, TaskRecord } from '../core/task.js'
import type { TaskContext } from '../core/task-context.js'
import type { LocalContext } from './local-context.js'
import type { Outcome } from './outcome.js'

/** What a task does when its turn comes. */
export interface Work {
  /** Whether it ends when its signal aborts, so that its end can be waited for. A function may heed its signal, or not. */
  readonly stops: boolean
  /** One attempt. Answers what is to be written on the record; with an `exception`, it failed. So it did when this rejects. */
  run(context: LocalContext): Promise<Outcome>
}

/** Answers a prompt: asks a model. Called with the context of the task as `this`. */
export type Prompt = (this: TaskContext, text: string, task: TaskRecord) => string | PromiseLike<string>

/** What a backend has to do the work of tasks with. */
export interface Workshop {
  readonly runtime: Runtime
  /** What tasks may name. */
  readonly functions: Readonly<Record<string, AnyFunction>> | undefined
  readonly prompt: Prompt | undefined
  /** Milliseconds that a child process has to end by itself when it was asked to. */
  readonly graceMs: number
  /** Where files go that hold what executables write. */
  readonly outputFolder: () => string
}

/** The options of a task that mean something to a backend that runs it here. */
export type LocalTaskOptions = TaskOptions & ExecutableOptions
