import { ClusterError, DependencyFailureError, TaskCanceledError, TaskExecutionError } from '../core/errors.js'
import type { TaskRecord } from '../core/task.js'
import type { Component } from './component.js'
import type { Dependency } from './dependency.js'

/** Says that there is no engine any more for what was called. */
export function closedError(engine: string, { uid, name }: Component): ClusterError {
  const message = `'${name}' (${uid}) was called after engine '${engine}' was shut down. Create another one.`
  return new ClusterError(message, { uid, code: 'ERR_CLOSED' })
}

export function canceledError({ uid, name }: Component, reason: unknown): TaskCanceledError {
  // Anything may be a reason, and not everything has a text.
  const why = reason instanceof Error ? reason.message : reason
  const message = `'${name}' (${uid}) was cancelled${typeof why === 'string' ? `: ${why}` : ''}`
  return new TaskCanceledError(message, reason === undefined ? { uid } : { uid, cause: reason })
}

export function dependencyFailure({ uid, name }: Component, failed: readonly Dependency[]): DependencyFailureError {
  return new DependencyFailureError(`Cannot execute '${name}' due to dependency failure`, {
    uid,
    failedDependencies: failed.map((dependency) => dependency.name),
    cause: failed[0]?.error,
  })
}

/** Why a task failed. What was thrown is left as it is; a backend that only tells of text gets an error made. */
export function failureOf({ uid, name, exception, stderr, exitCode }: TaskRecord): unknown {
  if (exception !== undefined) return exception
  const text = typeof stderr === 'string' ? stderr : ''
  return new TaskExecutionError(`'${name}' (${uid}) failed${text === '' ? ' with unknown error' : `: ${text}`}`, {
    uid,
    stderr: text,
    ...(exitCode !== undefined && { exitCode }),
  })
}
