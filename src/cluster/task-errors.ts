import type { WorkerExit } from '../core/adapter.js'
import type { Amounts } from '../core/amounts.js'
import {
  ClusterError,
  KilledWorkerError,
  type LossDetails,
  TaskCanceledError,
  TaskTimeoutError,
  ValueError,
  WorkerLostError,
} from '../core/errors.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { Decision } from './scheduler-events.js'

// The errors of tasks that end by no fault of their function, in words.

export function strandedError({ uid }: ScheduledTask, { error }: WorkerExit): ClusterError {
  const why = error instanceof Error ? error.message : ''
  return new ClusterError(`Task '${uid}' was not run: no worker is left, and none can be started. ${why}`, { uid, cause: error })
}

export function timeoutError({ uid, name, timeout }: ScheduledTask): TaskTimeoutError {
  return new TaskTimeoutError(`Task '${uid}' (${name}) took longer than its timeout of ${timeout} ms`, { uid })
}

export function forsakenError({ uid, workers = [] }: ScheduledTask): ValueError {
  const names = workers.map((id) => `'${id}'`).join(', ')
  const hint = 'Take ids from onWorker(), or set allowOtherWorkers.'
  return new ValueError(`Task '${uid}' is for the workers ${names}, and none of these is there. ${hint}`, { uid })
}

export function impossibleError({ uid, resources = {} }: ScheduledTask, have: Amounts): ValueError {
  const [needs, has] = [resources, have].map((amounts) => JSON.stringify(amounts))
  return new ValueError(`Task '${uid}' needs ${needs} of a worker's resources, and each worker has ${has}`, { uid })
}

export function canceledError({ uid }: ScheduledTask, cause: unknown): TaskCanceledError {
  return new TaskCanceledError(`Task '${uid}' was cancelled`, { uid, ...(cause !== undefined && { cause }) })
}

type Loss = Extract<Decision, { type: 'killed' | 'lost' }>

export function killedError({ task, worker, exit }: Loss): KilledWorkerError {
  const { uid, name, losses } = task
  const message =
    `Task '${uid}' (${name}) was on ${losses} worker(s) that ended, the last of them '${worker}' (${endOf(exit)}). ` +
    `It is taken for the cause. Raise allowedFailures if it is not. ${reasonOf(exit.error)}`
  return new KilledWorkerError(message.trimEnd(), lossDetails(uid, worker, exit))
}

export function lostError({ task, worker, exit }: Loss): WorkerLostError {
  const { uid } = task
  const message = `Task '${uid}': worker '${worker}' ended (${endOf(exit)}) with what the task was given by transfer, so it cannot be run again. ${reasonOf(exit.error)}`
  return new WorkerLostError(message.trimEnd(), lossDetails(uid, worker, exit))
}

export function apartError({ uid }: ScheduledTask): ValueError {
  const hint = 'Make them with the same `workers`, or give one the results of the other.'
  return new ValueError(
    `Task '${uid}' is given actors that are on different workers, or not where it is to run, and can run on none. ${hint}`,
    { uid },
  )
}

export function actorLostError(uid: string, method: string, worker: string, exit: WorkerExit): WorkerLostError {
  const message = `'${method}' of actor '${uid}': worker '${worker}' ended (${endOf(exit)}), and the actor with it. Submit it again. ${reasonOf(exit.error)}`
  return new WorkerLostError(message.trimEnd(), lossDetails(uid, worker, exit))
}

export function valueLostError({ task, worker, exit }: Extract<Decision, { type: 'valueLost' }>): WorkerLostError {
  const { uid, name, result } = task
  const hint = result?.isActor ? 'Submit it again.' : 'Hand it in again; with broadcast, several workers have it.'
  const message =
    `The value of '${name}' (${uid}) was on worker '${worker}', which ended (${endOf(exit)}), and it cannot be made ` +
    `again of what is here. ${hint} ${reasonOf(exit.error)}`
  return new WorkerLostError(message.trimEnd(), lossDetails(uid, worker, exit))
}

function lossDetails(uid: string, workerId: string, { reason, code, error }: WorkerExit): LossDetails {
  return { uid, workerId, reason, exitCode: code, ...(error !== undefined && { cause: error }) }
}

function endOf({ reason, code }: WorkerExit): string {
  return code === undefined ? reason : `${reason}, exit code ${code}`
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : ''
}
