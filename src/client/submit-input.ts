import { TaskValidationError } from '../core/errors.js'
import { isRecord } from '../core/record.js'
import type { TaskFunction, TaskOptions } from '../core/task.js'
import { isTransferred, transferListOf } from '../core/transfer.js'
import { type Check, isName } from '../input/check-keys.js'
import { takeOut } from '../input/take-out.js'
import { nameOf, whyNoActor, whyNoTask } from '../input/task-function.js'
import { checkTaskOptions, isFlag, TASK_CHECKS } from '../input/task-options.js'
import { Future } from './future.js'
import { identityOf } from './pure-key.js'
import type { SubmittedTask } from './submitted-task.js'

/** Dask's words for one call. */
export interface SubmitOptions extends TaskOptions {
  /** Names the future. While there is one by that key, another call with it answers the same, and is not made. */
  readonly key?: string | undefined
  /**
   * Whether calls of the same function with structurally equal plain arguments are one. The function is known by its source
   * or its name. Default false.
   */
  readonly pure?: boolean | undefined
  /** Whether `fn` is a class, whose object stays on its worker; see `submit`. Default false. */
  readonly actor?: boolean | undefined
}

const CHECKS: Readonly<Record<keyof SubmitOptions, Check>> = {
  ...TASK_CHECKS,
  key: isName,
  pure: isFlag,
  actor: isFlag,
}

/** A call that was checked, and is not submitted yet. */
export interface Submitted {
  readonly task: SubmittedTask
  readonly key: string | undefined
  /** What calls have in common that do the same; where they are to be one. */
  readonly identity: string | undefined
}

/** What is called, and how: checked, and good for any arguments. */
export interface CheckedFunction {
  readonly function: TaskFunction
  readonly name: string
  readonly options: SubmitOptions
  /** Milliseconds that a call may take. */
  readonly timeout: number | undefined
}

/**
 * Checks what is to be called. `timeout`: milliseconds, where the options have none.
 *
 * @throws {TaskValidationError} for what cannot be shipped, and for a bad option
 */
export function checkFunction(fn: TaskFunction, given: SubmitOptions | undefined, timeout: number | undefined): CheckedFunction {
  const why = given?.actor === true ? whyNoActor(fn) : whyNoTask(fn)
  if (why !== undefined) throw new TaskValidationError(`submit(fn, args): ${why}`, { path: 'fn' })
  const options = checkTaskOptions<SubmitOptions>(given, { what: 'options', checks: CHECKS })
  return { function: fn, name: nameOf(fn), options, timeout: options.timeout ?? timeout }
}

/** A call with these arguments. @throws {TaskValidationError} for `args` that is no array, or moves what may be needed again */
export function toSubmitted(checked: CheckedFunction, given: readonly unknown[], key = checked.options.key): Submitted {
  if (!Array.isArray(given)) {
    throw new TaskValidationError('submit(fn, args): args must be an array: submit(fn, [a, b])', { path: 'args' })
  }
  const { options, name, timeout } = checked
  const { pure = false, signal, workers, transfer: listed = [], retries = 0 } = options
  const { args, found } = takeOut(given, Future.isFuture)
  const marked = args.some(isTransferred)
  const transfer = marked ? listed.concat(...args.filter(isTransferred).map(transferListOf)) : listed
  if (retries > 0 && transfer.length > 0) {
    const path = 'options.retries'
    throw new TaskValidationError(`${path} goes with no transfer: what was moved cannot be moved again`, { path })
  }
  return {
    task: {
      name,
      function: checked.function,
      args: marked ? args.map((arg) => (isTransferred(arg) ? arg.value : arg)) : args,
      priority: options.priority ?? 0,
      transfer: transfer.length > 0 ? transfer : undefined,
      resources: options.resources,
      timeout,
      retries,
      workers: typeof workers === 'string' ? [workers] : workers,
      allowOtherWorkers: options.allowOtherWorkers,
      keep: options.actor ? 'actor' : 'shared',
      inputs: found.length === 0 ? NONE : found.map(({ item, path }) => ({ state: Future.stateOf(item), path })),
      signal,
    },
    key,
    identity: pure ? identityOf(checked.function, given) : undefined,
  }
}

const NONE: readonly never[] = []

export interface Calls {
  readonly calls: readonly (readonly unknown[])[]
  readonly options: SubmitOptions
}

/**
 * The calls that `map` asks for: zipped, as far as the shortest goes.
 *
 * @throws {TaskValidationError} for what cannot be iterated
 */
export function splitIterables(given: readonly unknown[]): Calls {
  const last = given.at(-1)
  const hasOptions = given.length > 1 && (last === undefined || (isRecord(last) && !isIterable(last)))
  const columns = (hasOptions ? given.slice(0, -1) : given).map((iterable, i) => {
    if (isIterable(iterable)) return [...iterable]
    throw new TaskValidationError(`map(fn, …): argument ${i + 1} must be iterable`, { path: `iterables[${i}]` })
  })
  const count = columns.length === 0 ? 0 : Math.min(...columns.map(({ length }) => length))
  const calls = Array.from({ length: count }, (_, row) => columns.map((column) => column[row]))
  return { calls, options: hasOptions ? ((last ?? {}) as SubmitOptions) : {} }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return value !== null && value !== undefined && typeof (value as Iterable<unknown>)[Symbol.iterator] === 'function'
}
