import type { ScheduledTask } from './scheduled-task.js'

// Who waits for whom. A task counts what it waits for; what it waits for knows the task.

/**
 * Makes a task wait for what it depends on and is not done.
 *
 * Answers the dependency that ended otherwise: then the task can never run.
 */
export function waitForDependencies(task: ScheduledTask): ScheduledTask | undefined {
  for (const dependency of task.dependencies ?? []) {
    if (dependency.phase === 'canceled' || dependency.phase === 'failed') return dependency
    if (dependency.phase === 'done') continue
    task.waitingFor++
    dependency.dependents ??= []
    dependency.dependents.push(task)
  }
  return undefined
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

const NONE: readonly ScheduledTask[] = []
