import { DaskflowError } from '../core/errors.js'
import { LOG_LEVELS, type LogEntry } from '../core/task-context.js'
import { fromWireError, type WireError } from '../wire/errors.js'
import { EVENT_STRIDE, EVENTS_AT, Event, type EventsMessage, NO_TASK, type WireLog } from '../wire/protocol.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { Decision, SchedulerEvent } from './scheduler-events.js'
import type { SchedulerWorker } from './scheduler-worker.js'
import {
  dependencyError,
  forsakenError,
  impossibleError,
  killedError,
  lostError,
  strandedError,
  timeoutError,
} from './task-errors.js'

/**
 * One message of a worker, on its way to the scheduler and then to the sinks.
 *
 * In this order, since a sink is other people's code and may ask for the state of what it is just being told of.
 */
export class Delivery {
  readonly #message: EventsMessage
  readonly #worker: SchedulerWorker
  readonly #onLog: (entry: LogEntry) => void
  /** The task of each event; `undefined` where the worker does not hold one by that id. */
  readonly #tasks: (ScheduledTask | undefined)[] = []

  /** `onLog`: what was printed by no task. */
  constructor(message: EventsMessage, worker: SchedulerWorker, onLog: (entry: LogEntry) => void) {
    this.#message = message
    this.#worker = worker
    this.#onLog = onLog
  }

  /** What it tells the scheduler. To be asked once, before it is delivered. */
  schedulerEvents(): SchedulerEvent[] {
    let started: ScheduledTask[] | undefined
    let done: ScheduledTask[] | undefined
    let failed: ScheduledTask[] | undefined
    let returned: ScheduledTask[] | undefined
    let recalled = false
    const message = this.#message
    for (let i = EVENTS_AT; i + EVENT_STRIDE <= message.length; i += EVENT_STRIDE) {
      const task = this.#worker.assigned.get(message[i + 1] as number)
      // What was cancelled has been reported; that its worker is through with it concerns only the scheduler.
      this.#tasks.push(task?.phase === 'canceled' ? undefined : task)
      const what = message[i]
      if (what === Event.Recalled) recalled = true
      if (task === undefined) continue
      if (what === Event.Done) done = added(done, task)
      else if (what === Event.Failed) failed = added(failed, task)
      else if (what === Event.Started) started = added(started, task)
      else if (what === Event.Returned) returned = added(returned, task)
    }
    const happened: SchedulerEvent[] = []
    if (started !== undefined) happened.push({ type: 'started', tasks: started })
    if (done !== undefined) happened.push({ type: 'done', tasks: done })
    if (failed !== undefined) happened.push({ type: 'failed', tasks: failed })
    if (returned !== undefined) happened.push({ type: 'returned', tasks: returned })
    if (recalled) happened.push({ type: 'recalled', worker: this.#worker.id })
    return happened
  }

  /** Tells the sinks, in the order in which the worker told it. */
  deliver(): void {
    for (let i = 0; i < this.#tasks.length; i++) {
      const task = this.#tasks[i]
      const at = EVENTS_AT + i * EVENT_STRIDE
      if (task !== undefined) this.#tell(task, this.#message[at], this.#message[at + 2])
      else if (this.#message[at] === Event.Log && this.#message[at + 1] === NO_TASK) this.#log(this.#message[at + 2], this.#onLog)
    }
  }

  #tell(task: ScheduledTask, what: unknown, payload: unknown): void {
    if (task.settled || what === Event.Returned) return
    announce(task)
    const { sink } = task
    if (what === Event.Done && task.phase === 'done') {
      task.settled = true
      sink.done(task, payload)
    } else if (what === Event.Failed && task.phase === 'failed') {
      failTask(task, withUid(fromWireError(payload as WireError), task.uid))
    } else if (what === Event.Progress) {
      sink.progress(task, payload)
    } else if (what === Event.Log) {
      this.#log(payload, (entry) => sink.log(task, entry))
    }
  }

  #log(payload: unknown, tell: (entry: LogEntry) => void): void {
    if (!isLog(payload)) return
    const [level, args] = payload
    tell({ level, args, workerId: this.#worker.id })
  }
}

function isLog(payload: unknown): payload is WireLog {
  return Array.isArray(payload) && LOG_LEVELS.includes(payload[0]) && Array.isArray(payload[1])
}

// Most messages say one thing of many tasks, so most of the lists are not needed.
function added(tasks: ScheduledTask[] | undefined, task: ScheduledTask): ScheduledTask[] {
  if (tasks === undefined) return [task]
  tasks.push(task)
  return tasks
}

/** Tells the sinks of what the scheduler decided by itself. */
export function deliverDecision(decision: Decision): void {
  switch (decision.type) {
    case 'running':
      announce(decision.task)
      break
    case 'canceled':
      for (const task of decision.tasks) {
        if (task.settled) continue
        task.settled = true
        task.sink.canceled(task, decision.reason)
      }
      break
    case 'timedOut':
      for (const task of decision.tasks) failTask(task, timeoutError(task))
      break
    case 'impossible':
      failTask(decision.task, impossibleError(decision.task, decision.have))
      break
    case 'forsaken':
      failTask(decision.task, forsakenError(decision.task))
      break
    case 'dependencyFailed':
      failTask(decision.task, dependencyError(decision.task.uid, decision.failed))
      break
    case 'killed':
      failTask(decision.task, killedError(decision))
      break
    case 'lost':
      failTask(decision.task, lostError(decision))
      break
    case 'stranded':
      for (const task of decision.tasks) failTask(task, strandedError(task, decision.exit))
      break
  }
}

/** The task ends by an error that is not its own. */
export function failTask(task: ScheduledTask, error: unknown): void {
  if (task.settled) return
  task.settled = true
  task.error = error
  task.sink.failed(task, error)
}

function announce(task: ScheduledTask): void {
  if (task.announced || task.settled) return
  task.announced = true
  task.sink.running(task)
}

// A worker's own errors (a function that cannot be loaded, a result that cannot be cloned) do not know whose they are.
function withUid(error: unknown, uid: string): unknown {
  return error instanceof DaskflowError && error.uid === undefined ? Object.assign(error, { uid }) : error
}
