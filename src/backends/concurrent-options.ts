import type { AnyFunction } from '../core/leaf.js'
import type { Logger } from '../core/logger.js'
import type { TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'
import { type Check, checkKeys, isDelay, isFunction, isLogger, isName, isRecordOf } from '../input/check-keys.js'
import { isFlag, isKeeping, TASK_CHECKS } from '../input/task-options.js'
import type { Prompt } from './work.js'

/** The options of a `ConcurrentExecutionBackend`. */
export interface ConcurrentBackendOptions {
  /** Names the backend for an engine. Default: `concurrent`. */
  readonly name?: string | undefined
  /**
   * How many tasks run at a time, of all kinds together. Default: 4 more than there are cores, and 32 at most, as Python's
   * executors have it: functions that wait for others need no core, and commands keep the cores busy.
   */
  readonly concurrency?: number | undefined
  /** What tasks may name: the functions that a worker of your own exposes to `DaskExecutionBackend`. */
  readonly functions?: Readonly<Record<string, AnyFunction>> | undefined
  /** Answers prompt tasks: asks a model. Called with the context of the task as `this`. Default: they FAIL. */
  readonly prompt?: Prompt | undefined
  /**
   * Milliseconds that what was told to stop has to do so. Then a command that runs is killed, and the place of a function is
   * given to the next task, though the function may go on: nobody can stop it. Default 1,000.
   */
  readonly cancelGrace?: number | undefined
  /** The hook `buildTask`, without a subclass. */
  readonly buildTask?: ((task: TaskRecord) => unknown) | undefined
  /** The hook `taskStateCb`, without a subclass. */
  readonly taskStateCb?: ((task: TaskRecord, state: TaskState) => unknown) | undefined
  /** Where errors of your callbacks go. Default: the console. */
  readonly logger?: Logger | undefined
}

const CHECKS: Readonly<Record<keyof ConcurrentBackendOptions, Check>> = {
  name: isName,
  concurrency: (value) => (Number.isInteger(value) && (value as number) >= 1 ? undefined : 'must be an integer, 1 or more'),
  functions: (value) => (isRecordOf(value, (each) => typeof each === 'function') ? undefined : 'must be a record of functions'),
  prompt: isFunction,
  cancelGrace: isDelay,
  buildTask: isFunction,
  taskStateCb: isFunction,
  logger: isLogger,
}

/** @throws what `checkKeys` throws */
export function checkConcurrentOptions(options: ConcurrentBackendOptions): ConcurrentBackendOptions {
  checkKeys(options, { what: 'options', checks: CHECKS, later: [] })
  return options
}

/**
 * What a task may be told. A workflow changes its backend by one line, so the words of `DaskExecutionBackend` are known; those
 * that are about workers mean nothing here.
 *
 * By a call that is marked as pure: a bundler would keep a spread for those who do not use it.
 */
export const LOCAL_TASK_CHECKS: Readonly<Record<string, Check>> = /* @__PURE__ */ Object.assign({}, TASK_CHECKS, {
  keepResult: isKeeping,
  cwd: isName,
  env: (value) =>
    isRecordOf(value, (text) => text === undefined || typeof text === 'string') ? undefined : 'must be a record of strings',
  shell: isFlag,
} satisfies Record<string, Check>)
