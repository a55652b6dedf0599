import type { ScheduledTask } from './scheduled-task.js'

// Who waits for whom. A task counts what it waits for; what it waits for knows the task.

/**
 * Makes a task wait for what it depends on and is not done. Inputs whose value is nowhere any more have to be done again:
 * those are added to `again`, as new ones.
 *
 * Answers the dependency that ended otherwise, or whose value cannot be had again: then the task can never run.
 */
export function waitForDependencies(task: ScheduledTask, again: ScheduledTask[]): ScheduledTask | undefined {
  for (const dependency of task.dependencies ?? NONE) {
    if (hasFailed(dependency)) return dependency
    if (dependency.phase !== 'done') wait(task, dependency)
  }
  for (const { task: input } of task.inputs ?? NONE) {
    if (hasFailed(input)) return input
    if (input.phase === 'done') {
      if (input.result?.exists) continue
      if (!input.isRepeatable) return input
      input.startAgain()
      again.push(input)
    }
    wait(task, input)
  }
  return undefined
}

/** Whether actors among its inputs, which cannot move, are on different workers, or not where it is to run. */
export function actorsApart({ inputs, workers, allowOtherWorkers }: ScheduledTask): boolean {
  const [first, ...others] = inputs?.filter(({ task }) => task.result?.isActor).map(({ task }) => task.result?.holders[0]) ?? NONE
  const isElsewhere = first !== undefined && workers !== undefined && !allowOtherWorkers && !workers.includes(first.id)
  return isElsewhere || others.some((other) => other !== first)
}

function hasFailed({ phase }: ScheduledTask): boolean {
  return phase === 'canceled' || phase === 'failed'
}

function wait(task: ScheduledTask, dependency: ScheduledTask): void {
  task.waitingFor++
  dependency.dependents ??= []
  dependency.dependents.push(task)
}

/** Whether the values that stand in its arguments are somewhere. */
export function isSupplied({ inputs }: ScheduledTask): boolean {
  return inputs === undefined || inputs.every(({ task }) => task.result?.exists)
}

/** The task is done. Answers those that waited for it and wait for nothing more. */
export function release(task: ScheduledTask): readonly ScheduledTask[] {
  // Most tasks have none, and each of them comes by here.
  return task.dependents === undefined
    ? NONE
    : take(task).filter((dependent) => --dependent.waitingFor === 0 && dependent.phase === 'waiting')
}

/**
 * All live tasks that depend on one that was not done, near and far, each with the one it waited for. The caller MUST end
 * each before the next.
 */
export function* bereaved(root: ScheduledTask): Generator<readonly [task: ScheduledTask, waitedFor: ScheduledTask]> {
  // A loop, not a recursion: chains of dependents may be long.
  const todo = [root]
  for (let ended = todo.pop(); ended !== undefined; ended = todo.pop()) {
    for (const task of take(ended)) {
      if (!task.live) continue
      yield [task, ended]
      todo.push(task)
    }
  }
}

function take(task: ScheduledTask): readonly ScheduledTask[] {
  const { dependents } = task
  if (dependents === undefined) return NONE
  task.dependents = undefined
  return dependents
}

const NONE: readonly never[] = []
