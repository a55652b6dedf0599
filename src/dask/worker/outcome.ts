import { TaskValidationError } from '../../core/errors.js'
import { messageOf } from '../../core/message-of.js'
import type { Serialized } from '../protocol/message.js'
import { writePickle } from '../protocol/pickle-writer.js'
import { PythonGlobal } from '../protocol/python.js'
import { serializeError } from '../values/values.js'
import { seconds } from './metrics.js'
import { stimulus } from './stimulus.js'
import { nbytesOf } from './value-store.js'
import type { WorkerTask } from './worker-tasks.js'

// What a value of JavaScript is to Python.
const TYPE = writePickle(new PythonGlobal('builtins', 'object'))

/** Says that a task is done. */
export function finished(task: WorkerTask, startedAt: number, value: Serialized, typename: string): object {
  return {
    op: 'task-finished',
    status: 'OK',
    ...about(task, startedAt),
    nbytes: nbytesOf(value),
    type: TYPE,
    typename,
    metadata: {},
    stimulus_id: stimulus('task-finished'),
  }
}

/** Says that a task failed. */
export function erred(task: WorkerTask, startedAt: number, error: unknown): object {
  return {
    op: 'task-erred',
    status: 'error',
    ...about(task, startedAt),
    exception: serializeError(error),
    traceback: null,
    exception_text: messageOf(error) ?? 'an error without a message',
    traceback_text: error instanceof Error ? (error.stack ?? '') : '',
    stimulus_id: stimulus('task-erred'),
  }
}

/** What a task failed with. What one worker cannot find or load another may: of that, it says where it was. */
export function withPlace(error: unknown, place: string): unknown {
  if (error instanceof TaskValidationError) error.message += ` (on worker ${place})`
  return error
}

function about({ key, runId }: WorkerTask, startedAt: number): object {
  return { key, ...(runId !== undefined && { run_id: runId }), thread: 1, startstops: [computed(startedAt)] }
}

function computed(start: number): object {
  return { action: 'compute', start, stop: Math.max(seconds(), start + 1e-6) }
}

/** What Dask's dashboard calls the type of a value. */
export function typeNameOf(value: unknown): string {
  const name: unknown = value === null || value === undefined ? String(value) : Object(value).constructor?.name
  return typeof name === 'string' ? name : 'Object'
}
