import { ClusterError, DependencyFailureError, TaskCanceledError, TaskExecutionError } from '../core/errors.js'
import { messageOf } from '../core/message-of.js'
import type { TaskRecord } from '../core/task.js'
import type { Component } from './component.js'
import type { Dependency } from './dependency.js'

/** Says that there is no engine any more for what was called. */
export function closedError(engine: string, { uid, name }: Component): ClusterError {
  const message = `'${name}' (${uid}) was called after engine '${engine}' was shut down. Create another one.`
  return new ClusterError(message, { uid, code: 'ERR_CLOSED' })
}

/** Whether it says that a task was cancelled. What is thrown may be anything. */
export function isCanceled(error: unknown): boolean {
  try {
    return error instanceof TaskCanceledError
  } catch {
    return false
  }
}

export function canceledError(component: Component, reason: unknown): TaskCanceledError {
  return canceled(component, messageOf(reason), reason)
}

/** It was cancelled with another: a dependency, or its block. The reason is what was said of that. */
export function canceledWith(component: Component, what: string, { name, error }: Dependency): TaskCanceledError {
  return canceled(component, `${what} '${name}' was`, error instanceof Error ? error.cause : undefined)
}

function canceled({ uid, name }: Component, why: string | undefined, cause: unknown): TaskCanceledError {
  const message = `'${name}' (${uid}) was cancelled${why === undefined ? '' : `: ${why}`}`
  return new TaskCanceledError(message, cause === undefined ? { uid } : { uid, cause })
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
