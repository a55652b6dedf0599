import { ClusterError, DependencyFailureError, KilledWorkerError } from '../core/errors.js'
import type { LogEntry } from '../core/task-context.js'
import { fromWireError, type WireError } from '../wire/errors.js'
import { EVENT_STRIDE, Event, type Events, type WireLog } from '../wire/protocol.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { Decision, SchedulerEvent } from './scheduler.js'
import type { SchedulerWorker } from './scheduler-worker.js'

/**
 * One message of a worker, on its way to the scheduler and then to the sinks.
 *
 * In this order, since a sink is other people's code and may ask for the state of what it is just being told of.
 */
export class Delivery {
  readonly #events: Events
  readonly #worker: SchedulerWorker
  /** The task of each event; `undefined` where the worker does not hold one by that id. */
  readonly #tasks: (ScheduledTask | undefined)[] = []

  constructor(events: Events, worker: SchedulerWorker) {
    this.#events = events
    this.#worker = worker
  }

  schedulerEvents(): readonly SchedulerEvent[] {
    const started: ScheduledTask[] = []
    const done: ScheduledTask[] = []
    const failed: ScheduledTask[] = []
    const dropped: ScheduledTask[] = []
    const events = this.#events
    for (let i = 0; i + EVENT_STRIDE <= events.length; i += EVENT_STRIDE) {
      const task = this.#worker.assigned.get(events[i + 1] as number)
      // What was cancelled has been reported; that its worker is through with it concerns only the scheduler.
      this.#tasks.push(task?.phase === 'canceled' ? undefined : task)
      if (task === undefined) continue
      const what = events[i]
      if (what === Event.Done) done.push(task)
      else if (what === Event.Failed) failed.push(task)
      else if (what === Event.Started) started.push(task)
      else if (what === Event.Dropped) dropped.push(task)
    }
    const all: SchedulerEvent[] = []
    if (started.length > 0) all.push({ type: 'started', tasks: started })
    if (failed.length > 0) all.push({ type: 'failed', tasks: failed })
    if (dropped.length > 0) all.push({ type: 'dropped', tasks: dropped })
    if (done.length > 0) all.push({ type: 'done', tasks: done })
    return all
  }

  /** Tells the sinks, in the order in which the worker told it. */
  deliver(): void {
    for (let i = 0; i < this.#tasks.length; i++) {
      const task = this.#tasks[i]
      if (task !== undefined) this.#tell(task, this.#events[i * EVENT_STRIDE], this.#events[i * EVENT_STRIDE + 2])
    }
  }

  #tell(task: ScheduledTask, what: unknown, payload: unknown): void {
    if (task.settled) return
    const { sink } = task
    if (!task.announced) {
      task.announced = true
      sink.running(task)
    }
    if (what === Event.Done) {
      task.settled = true
      sink.done(task, payload)
    } else if (what === Event.Failed) {
      task.settled = true
      sink.failed(task, fromWireError(payload as WireError))
    } else if (what === Event.Progress) {
      sink.progress(task, payload)
    } else if (what === Event.Log && Array.isArray(payload)) {
      const [level, args] = payload as unknown as WireLog
      sink.log(task, { level, args, workerId: this.#worker.id } satisfies LogEntry)
    }
  }
}

/** Tells the sinks of what the scheduler decided by itself. */
export function deliverDecision(decision: Decision): void {
  switch (decision.type) {
    case 'canceled':
      for (const task of decision.tasks) {
        if (task.settled) continue
        task.settled = true
        task.sink.canceled(task, decision.reason)
      }
      break
    case 'dependencyFailed':
      failTask(decision.task, dependencyError(decision.task, decision.failed))
      break
    case 'killed':
      failTask(decision.task, killedError(decision))
      break
    case 'stranded':
      for (const task of decision.tasks) {
        const { uid } = task.spec
        const message = `Task '${uid}' was not run: workers could not be started`
        failTask(task, new ClusterError(message, { uid, cause: decision.exit.error }))
      }
      break
  }
}

/** The task ends by an error that is not its own. */
export function failTask(task: ScheduledTask, error: unknown): void {
  if (task.settled) return
  task.settled = true
  task.sink.failed(task, error)
}

function dependencyError({ spec }: ScheduledTask, { spec: failed }: ScheduledTask): DependencyFailureError {
  return new DependencyFailureError(
    `Task '${spec.uid}' was not run: '${failed.name}' (${failed.uid}), which it depends on, failed`,
    {
      uid: spec.uid,
      failedDependencies: [failed.name],
    },
  )
}

function killedError({ task, worker, exit }: Extract<Decision, { type: 'killed' }>): KilledWorkerError {
  const { uid, name } = task.spec
  const message =
    `Task '${uid}' (${name}) was running on ${task.losses} worker(s) when they ended, the last of them '${worker}' (${exit.reason}). ` +
    'It is taken for the cause. Raise allowedFailures if it is not.'
  return new KilledWorkerError(message, { uid, workerId: worker, reason: exit.reason, exitCode: exit.code, cause: exit.error })
}
