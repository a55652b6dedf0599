import { DaskflowError } from '../core/errors.js'
import type { FileContents } from '../core/files.js'
import { LOG_LEVELS, type LogEntry } from '../core/task-context.js'
import { fromWireError, type WireError } from '../wire/errors.js'
import { EVENT_STRIDE, EVENTS_AT, Event, type EventsMessage, Keep, NO_TASK, type WireLog } from '../wire/protocol.js'
import type { SmallValue } from '../wire/weigh.js'
import { type Porter, settleReader } from './porter.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { Decision, SchedulerEvent } from './scheduler-events.js'
import type { SchedulerWorker } from './scheduler-worker.js'
import {
  apartError,
  canceledError,
  forsakenError,
  impossibleError,
  killedError,
  lostError,
  strandedError,
  timeoutError,
  valueLostError,
} from './task-errors.js'

export interface DeliveryOptions {
  /** What was printed by no task. */
  readonly onLog: (entry: LogEntry) => void
  readonly porter: Porter
}

/**
 * One message of a worker, on its way to the scheduler and then to the sinks.
 *
 * In this order, since a sink is other people's code and may ask for the state of what it is just being told of.
 */
export class Delivery {
  readonly #message: EventsMessage
  readonly #worker: SchedulerWorker
  readonly #options: DeliveryOptions
  /** The task of each event; `undefined` where the worker does not hold one by that id. */
  readonly #tasks: (ScheduledTask | undefined)[] = []

  constructor(message: EventsMessage, worker: SchedulerWorker, options: DeliveryOptions) {
    this.#message = message
    this.#worker = worker
    this.#options = options
  }

  /** What it tells the scheduler. To be asked once, before it is delivered. */
  schedulerEvents(): SchedulerEvent[] {
    let started: ScheduledTask[] | undefined
    let done: ScheduledTask[] | undefined
    let failed: ScheduledTask[] | undefined
    let returned: ScheduledTask[] | undefined
    let kept: ScheduledTask[] | undefined
    let made: (SmallValue | number)[] | undefined
    const carried: SchedulerEvent[] = []
    let recalled = false
    const message = this.#message
    for (let i = EVENTS_AT; i + EVENT_STRIDE <= message.length; i += EVENT_STRIDE) {
      const task = this.#worker.assigned.get(message[i + 1] as number)
      // What was cancelled has been reported; that its worker is through with it concerns only the scheduler.
      this.#tasks.push(task?.phase === 'canceled' ? undefined : task)
      const what = message[i]
      if (what === Event.Recalled) recalled = true
      if (what === Event.Value || what === Event.NoValue) this.#carry(what, message[i + 1], message[i + 2], carried)
      if (task === undefined) continue
      if (task.keep !== Keep.No && (what === Event.Done || what === Event.Kept)) {
        kept = added(kept, task)
        made = added(made, what === Event.Done ? { value: message[i + 2] } : bytesOf(message[i + 2]))
      } else if (what === Event.Done) done = added(done, task)
      else if (what === Event.Failed) failed = added(failed, task)
      else if (what === Event.Started) started = added(started, task)
      else if (what === Event.Returned) returned = added(returned, task)
    }
    const happened: SchedulerEvent[] = []
    if (started !== undefined) happened.push({ type: 'started', tasks: started })
    if (done !== undefined) happened.push({ type: 'done', tasks: done })
    if (failed !== undefined) happened.push({ type: 'failed', tasks: failed })
    if (returned !== undefined) happened.push({ type: 'returned', tasks: returned })
    if (kept !== undefined && made !== undefined) happened.push({ type: 'kept', tasks: kept, made })
    if (carried.length > 0) happened.push(...carried)
    if (recalled) happened.push({ type: 'recalled', worker: this.#worker.id })
    return happened
  }

  /** Tells the sinks, in the order in which the worker told it. */
  deliver(): void {
    for (let i = 0; i < this.#tasks.length; i++) {
      const task = this.#tasks[i]
      const at = EVENTS_AT + i * EVENT_STRIDE
      if (task !== undefined) this.#tell(task, this.#message[at], this.#message[at + 2])
      else if (this.#message[at] === Event.Log && this.#message[at + 1] === NO_TASK)
        this.#log(this.#message[at + 2], this.#options.onLog)
    }
  }

  // Before anything is told: what it brings may be what the next task waits for.
  #carry(what: unknown, taskId: unknown, payload: unknown, events: SchedulerEvent[]): void {
    const { porter } = this.#options
    const [worker, id] = [this.#worker.id, taskId as number]
    const event = what === Event.Value ? porter.arrived(worker, id, payload) : porter.refused(worker, id, payload as WireError)
    if (event !== undefined) events.push(event)
  }

  #tell(task: ScheduledTask, what: unknown, payload: unknown): void {
    // What was kept may be computed again, in vain.
    const isInVain = what === Event.Failed && task.keep !== Keep.No
    if ((task.settled && !isInVain) || what === Event.Returned) return
    announce(task)
    const { sink } = task
    if ((what === Event.Done || what === Event.Kept) && task.phase === 'done') {
      task.settled = true
      if (task.keep === Keep.No) sink.done(task, payload)
      else sink.kept(task)
    } else if (what === Event.Failed && task.phase === 'failed') {
      failTask(task, withUid(fromWireError(payload as WireError), task.uid))
    } else if (what === Event.Wrote) {
      if (areContents(payload)) sink.wrote?.(task, payload)
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

function bytesOf(payload: unknown): number {
  return typeof payload === 'number' && payload >= 0 ? payload : 0
}

function areContents(payload: unknown): payload is FileContents {
  return (
    Array.isArray(payload) && payload.every((item, i) => (i % 2 === 0 ? typeof item === 'string' : item instanceof Uint8Array))
  )
}

function isLog(payload: unknown): payload is WireLog {
  return Array.isArray(payload) && LOG_LEVELS.includes(payload[0]) && Array.isArray(payload[1])
}

// Most messages say one thing of many tasks, so most of the lists are not needed.
function added<T>(list: T[] | undefined, item: T): T[] {
  if (list === undefined) return [item]
  list.push(item)
  return list
}

/** Tells the sinks of what the scheduler decided by itself. */
export function deliverDecision(decision: Decision): void {
  switch (decision.type) {
    case 'running':
      announce(decision.task)
      break
    case 'canceled':
      for (const task of decision.tasks) {
        settleReader(task, (reader) => reader.reject(canceledError(task, decision.reason)))
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
      bereave(decision.task, decision.failed)
      break
    case 'apart':
      failTask(decision.task, apartError(decision.task))
      break
    case 'inputFailed':
      failTask(decision.task, decision.error)
      break
    case 'valueLost':
      loseValue(decision.task, valueLostError(decision))
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
  end(task, error, () => task.sink.failed(task, error))
}

function bereave(task: ScheduledTask, failed: ScheduledTask): void {
  end(task, failed.error, () => task.sink.dependencyFailed(task, failed))
}

function end(task: ScheduledTask, error: unknown, tell: () => void): void {
  // Those that depend on one that was not run have the error of the one that was.
  task.error = error
  settleReader(task, (reader) => reader.reject(error))
  // One that was kept was done, and was to be computed again.
  if (task.settled && task.keep === Keep.No) return
  task.settled = true
  tell()
}

function loseValue(task: ScheduledTask, error: unknown): void {
  end(task, error, () => task.sink.lost(task, error))
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
