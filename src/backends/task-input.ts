import type { Keeping, TaskSpec } from '../core/cluster.js'
import { TaskValidationError, ValueError } from '../core/errors.js'
import { isRecord } from '../core/record.js'
import type { BackendTaskOptions, TaskFunction, TaskRecord } from '../core/task.js'
import { isThenable } from '../core/thenable.js'
import { isTransferred, transferListOf } from '../core/transfer.js'
import { kindOf, nameOf, whyNotAsync } from '../input/task-function.js'
import { checkTaskOptions, isKeeping, TASK_CHECKS } from '../input/task-options.js'
import type { LiveTask, LiveTasks } from './live-tasks.js'

/**
 * Makes the records of a batch live: all of them, or none.
 *
 * @throws {TaskValidationError} naming the first record that is malformed
 */
export function claimBatch<Handle>(records: unknown, live: LiveTasks<Handle>): readonly LiveTask<Handle>[] {
  if (!Array.isArray(records)) throw new TaskValidationError(`submitTasks(tasks): tasks must be an array, got ${kindOf(records)}`)
  const claimed: LiveTask<Handle>[] = []
  try {
    for (let index = 0; index < records.length; index++) {
      const uid = checkRecord(records[index], index)
      // Without a look at the batch by itself: an index of it would cost as much as that of all live tasks.
      const task = live.add(uid, records[index])
      if (task === undefined) throw malformed(index, whyNotFree(uid, claimed), uid)
      claimed.push(task)
    }
  } catch (error) {
    for (const task of claimed) live.end(task)
    throw error
  }
  return claimed
}

function whyNotFree(uid: string, claimed: readonly LiveTask<unknown>[]): string {
  return claimed.some((task) => task.uid === uid)
    ? `uid '${uid}' occurs twice in the batch`
    : `a task with uid '${uid}' is live; wait for its end or choose another uid`
}

function checkRecord(record: unknown, index: number): string {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    throw malformed(index, `a task must be a record, got ${kindOf(record)}`)
  }
  const { uid, args, kwargs } = record as TaskRecord
  if (typeof uid !== 'string' || uid === '') throw malformed(index, `uid must be a string that is not empty, got ${kindOf(uid)}`)
  if (!Object.isExtensible(record)) throw malformed(index, 'the record is frozen, so its state could not be written', uid)
  if (args !== undefined && args !== null && !Array.isArray(args))
    throw malformed(index, `args must be an array, got ${kindOf(args)}`, uid)
  if (kwargs !== undefined && kwargs !== null && !isRecord(kwargs)) {
    throw malformed(index, `kwargs must be a plain record, got ${kindOf(kwargs)}`, uid)
  }
  return uid
}

function malformed(index: number, what: string, uid?: string): TaskValidationError {
  return new TaskValidationError(`Task ${index}${uid === undefined ? '' : ` ('${uid}')`}: ${what}`, { index, uid })
}

export interface SpecSetUp {
  /** Of tasks that have none of their own. */
  readonly taskTimeout: number | undefined
  /** Arguments of this function were dropped. */
  readonly onDropped: (fn: TaskFunction) => void
}

/**
 * What a record asks to be run.
 *
 * @throws what is to be the record's `exception`: for an executable, a function that is not async, a bad option
 */
export function toSpec(task: LiveTask, { taskTimeout, onDropped }: SpecSetUp): TaskSpec {
  const { uid, record } = task
  const fn = checkFunction(record)
  const { name = nameOf(fn) } = record
  const options = checkTaskOptions<BackendTaskOptions>(record.taskBackendSpecificKwargs, {
    what: 'taskBackendSpecificKwargs',
    uid,
    checks: CHECKS,
    later: LATER,
  })
  const { priority = 0, resources, retries = 0, timeout = taskTimeout, workers, transfer: listed = [] } = options
  const args = argumentsOf(record, fn, onDropped)
  const marked = args.some(isTransferred)
  const transfer = marked ? listed.concat(...args.filter(isTransferred).map(transferListOf)) : listed
  if (retries > 0 && transfer.length > 0) throw cannotRetry(uid)
  return {
    uid,
    name,
    function: fn,
    args: marked ? args.map((arg) => (isTransferred(arg) ? arg.value : arg)) : args,
    priority,
    resources,
    retries,
    timeout,
    workers: typeof workers === 'string' ? [workers] : workers,
    allowOtherWorkers: options.allowOtherWorkers,
    transfer: transfer.length > 0 ? transfer : undefined,
    keep: KEEPING.get(options.keepResult),
    owner: task,
  }
}

function argumentsOf({ args, kwargs }: TaskRecord, fn: TaskFunction, onDropped: (fn: TaskFunction) => void): readonly unknown[] {
  let given = args ?? NONE
  // As the original does. The engine resolves them before.
  if (given.some(isThenable)) {
    given = given.filter((arg) => !isThenable(arg))
    onDropped(fn)
  }
  return kwargs && Object.keys(kwargs).length > 0 ? [...given, kwargs] : given
}

const NONE: readonly unknown[] = []
// Words of the contract that this version does not do yet.
const LATER = ['key', 'pure']
const CHECKS = { ...TASK_CHECKS, keepResult: isKeeping }
const KEEPING = new Map<unknown, Keeping>([
  [true, 'shared'],
  ['copied', 'copied'],
])

function checkFunction({ uid, executable, prompt, function: fn }: TaskRecord): TaskFunction {
  if (executable) throw new ValueError('DaskExecutionBackend does not support executable tasks', { uid })
  if (isSet(prompt) && !isSet(fn)) throw new ValueError('DaskExecutionBackend does not support prompt tasks', { uid })
  const why = whyNotAsync(fn)
  if (why !== undefined) throw new ValueError(`DaskExecutionBackend only supports async functions. ${why}`, { uid })
  return fn as TaskFunction
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null
}

function cannotRetry(uid: string): TaskValidationError {
  const path = 'taskBackendSpecificKwargs.retries'
  return new TaskValidationError(`Task '${uid}': ${path} goes with no transfer: what was moved cannot be moved again`, {
    uid,
    path,
  })
}
