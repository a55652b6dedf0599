import type { FailedTask } from '../core/cluster.js'
import { DependencyFailureError } from '../core/errors.js'

/** Says that a task was not run, and which one is to blame. */
export function dependencyError(uid: string, { uid: failed, name, error }: FailedTask): DependencyFailureError {
  return new DependencyFailureError(`Task '${uid}' was not run: '${name}' (${failed}), which it depends on, failed`, {
    uid,
    failedDependencies: [name],
    cause: error instanceof DependencyFailureError ? error.rootCause : error,
  })
}
