import type { Path, TaskHandle, TaskSpec } from '../core/cluster.js'
import type { FutureState } from './future-state.js'

/** A future among the arguments of a task. */
interface FutureInput {
  readonly state: FutureState
  readonly path: Path
}

/** A task as it was submitted, with what it takes to submit it again. */
export interface SubmittedTask extends Omit<TaskSpec, 'uid' | 'owner' | 'inputs'> {
  readonly inputs: readonly FutureInput[]
  readonly signal: AbortSignal | undefined
}

/**
 * What the cluster is asked to run. The tasks that it depends on MUST be with the cluster.
 *
 * Each name is written out: all specs have one shape then, which reading them a million times depends on.
 */
export function toSpec(task: SubmittedTask, state: FutureState): TaskSpec {
  const { inputs } = task
  return {
    uid: state.key,
    name: task.name,
    function: task.function,
    args: task.args,
    priority: task.priority,
    transfer: task.transfer,
    resources: task.resources,
    timeout: task.timeout,
    retries: task.retries,
    workers: task.workers,
    allowOtherWorkers: task.allowOtherWorkers,
    dependencies: undefined,
    inputs:
      inputs.length === 0 ? undefined : inputs.map((input) => ({ task: input.state.handle as TaskHandle, path: input.path })),
    keep: task.keep,
    owner: state,
  }
}
