import type { Path, TaskHandle, TaskSpec } from '../core/cluster.js'
import type { FutureState } from './future-state.js'

/** A future among the arguments of a task. */
export interface FutureInput {
  readonly state: FutureState
  readonly path: Path
}

/** A task as it was submitted, with what it takes to submit it again. */
export interface SubmittedTask {
  readonly spec: Omit<TaskSpec, 'owner' | 'inputs' | 'keep'>
  readonly inputs: readonly FutureInput[]
}

/** What the cluster is asked to run. The tasks that it depends on MUST be with the cluster. */
export function toSpec({ spec, inputs }: SubmittedTask, owner: FutureState): TaskSpec {
  if (inputs.length === 0) return { ...spec, keep: true, owner }
  const handles = inputs.map(({ state, path }) => ({ task: state.handle as TaskHandle, path }))
  return { ...spec, keep: true, owner, inputs: handles }
}
