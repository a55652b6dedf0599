import type { WorkerExit } from '../core/adapter.js'
import type { WorkerEvent } from '../core/cluster.js'
import type { TaskValidationError } from '../core/errors.js'
import { Alarms } from './alarms.js'
import { BusyWatch } from './busy-watch.js'
import { deliverDecision, failTask } from './delivery.js'
import type { FunctionEntry } from './function-table.js'
import { HeldAlarms } from './held-alarms.js'
import { IdleWatch } from './idle-watch.js'
import { copyHere, Porter, settleReader } from './porter.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { Scheduler } from './scheduler.js'
import type { Decision, SchedulerEvent, WhyEnded } from './scheduler-events.js'
import type { WorkerPool } from './worker-pool.js'

// A worker that others' tasks run in, beside one that should have ended, answers within this time or is taken for blocked.
const ANSWER_MS = 500

/** A task as it goes through a local cluster: the scheduler's, with the function that the pool posts. */
export type LocalTask = ScheduledTask<FunctionEntry>

type DecisionOf<Type extends Decision['type']> = Extract<Decision, { readonly type: Type }>

export interface SchedulerLoopOptions {
  /** Milliseconds that a cancelled task has to end. */
  readonly cancelGrace: number
  /** Milliseconds that a worker may have nothing to do. */
  readonly idleTimeout: number
  readonly onWorker: (event: WorkerEvent) => void
  /** Takes what was submitted and may come to the scheduler now; or all of it, however much waits. */
  readonly takeIncoming: (all: boolean) => readonly LocalTask[]
}

interface Happened {
  readonly events: readonly SchedulerEvent[]
  readonly tell: (() => void) | undefined
}

/**
 * Feeds the scheduler with events, one after the other, and carries out what it decides.
 *
 * The sinks hear of it last, when the books are in order and the workers have their next tasks: they are other people's
 * code.
 */
export class SchedulerLoop {
  readonly #scheduler: Scheduler
  readonly #pool: WorkerPool
  readonly porter: Porter
  readonly #onWorker: (event: WorkerEvent) => void
  readonly #takeIncoming: SchedulerLoopOptions['takeIncoming']
  readonly #watch = new BusyWatch((worker, silent) => this.#tick(worker, silent))
  readonly #idle: IdleWatch
  readonly #alarms = new Alarms()
  readonly #held = new HeldAlarms(this.#alarms)
  readonly #cancelGrace: number
  /** Events that came while others were being handled. */
  #pending: Happened[] | undefined
  /** What happened before the decisions that are being carried out, and is still to be told. */
  readonly #unsendable: [LocalTask, TaskValidationError][] = []
  readonly #lost: WorkerEvent[] = []
  /** Those that were ended for no fault of theirs. */
  readonly #retired = new Map<string, WhyEnded>()
  #onQuiet: (() => void) | undefined

  constructor(scheduler: Scheduler, pool: WorkerPool, options: SchedulerLoopOptions) {
    const { cancelGrace, idleTimeout, onWorker, takeIncoming } = options
    this.#scheduler = scheduler
    this.#pool = pool
    this.porter = new Porter(pool)
    this.#onWorker = onWorker
    this.#takeIncoming = takeIncoming
    this.#cancelGrace = cancelGrace
    this.#idle = new IdleWatch(idleTimeout, (workers) => this.dispatch([{ type: 'idle', workers }]))
  }

  /** `tell`: tells the sinks of what happened, before they hear of what was decided about it. */
  dispatch(events: readonly SchedulerEvent[], tell?: () => void): void {
    if (this.#pending !== undefined) {
      this.#pending.push({ events, tell })
      return
    }
    const happened: Happened[] = [{ events, tell }]
    const decisions: Decision[] = []
    this.#pending = happened
    try {
      // It grows meanwhile.
      for (const next of happened) {
        for (const decision of this.#act(this.#withIncoming(next.events, false))) decisions.push(decision)
        // Where no worker is to be had, what waits to be admitted ends with what waits for one.
        const more = this.#withIncoming(NONE, this.#scheduler.exhausted !== undefined)
        if (more.length > 0) happened.push({ events: more, tell: undefined })
      }
    } finally {
      this.#pending = undefined
    }
    // Not at once: what was assigned may have come back as what cannot be sent, and what was to be taken back may have been
    // all that there was.
    for (const decision of decisions) {
      if (decision.type === 'assign' || decision.type === 'takeBack') this.#noteLoad(decision.worker)
      else if (decision.type === 'move') this.#noteLoad(decision.flight.from.id)
      else if (decision.type === 'release') {
        // What lay there may have been all that kept it.
        this.#idle.gone(decision.worker)
        this.#noteLoad(decision.worker)
      }
    }
    if (this.#onQuiet !== undefined && !this.#scheduler.busy) this.#onQuiet()
    for (const next of happened) next.tell?.()
    this.#tell(decisions)
  }

  #withIncoming(events: readonly SchedulerEvent[], all: boolean): readonly SchedulerEvent[] {
    const tasks = this.#takeIncoming(all)
    return tasks.length === 0 ? events : [{ type: 'submitted', tasks }, ...events]
  }

  ready(worker: string): void {
    this.dispatch([{ type: 'workerReady', worker }])
    this.#noteLoad(worker)
  }

  /** It said something: these events. `tell`: see `dispatch`. */
  heard(worker: string, events: readonly SchedulerEvent[], tell: () => void): void {
    this.#watch.heard(worker)
    this.dispatch(events, () => {
      this.#noteLoad(worker)
      this.#held.check(worker)
      tell()
    })
  }

  /** It is gone. `tell`: whether others hear of it. */
  lost(worker: string, exit: WorkerExit, { tell }: { readonly tell: boolean }): void {
    this.#watch.gone(worker)
    this.#idle.gone(worker)
    this.porter.gone(worker)
    if (tell) this.#lost.push(this.#endOf(worker, exit))
    const held = this.#assigned(worker)
    const running = this.#running(worker)
    // Nobody claims these any more. What was moved there is gone, whether it ran or not.
    const waiting = this.#pool.takeBack(
      worker,
      held.filter(({ transfer }) => transfer === undefined),
    )
    this.dispatch([
      { type: 'returned', tasks: waiting ?? [] },
      { type: 'workerLost', worker, exit, running },
    ])
    this.#held.check(worker)
  }

  #endOf(workerId: string, { reason, error }: WorkerExit): WorkerEvent {
    const why = this.#retired.get(workerId)
    this.#retired.delete(workerId)
    return why === undefined ? { type: 'lost', workerId, reason, error } : { type: 'retired', workerId, reason: why }
  }

  /** A task that cannot be sent. */
  refuse(task: LocalTask, error: TaskValidationError): void {
    this.#unsendable.push([task, error])
    this.dispatch([{ type: 'refused', tasks: [task] }])
  }

  /** Resolves when no worker has anything to do any more, at the latest after so many milliseconds. */
  quiet(ms: number): Promise<void> {
    if (!this.#scheduler.busy) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#onQuiet = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Nothing is due any more. */
  stop(): void {
    this.#alarms.clear()
    this.#idle.stop()
  }

  #tick(worker: string, silent: boolean): void {
    const tick: SchedulerEvent = { type: 'tick', worker }
    this.dispatch(silent ? [{ type: 'silent', worker, running: this.#running(worker) }, tick] : [tick])
  }

  // An idle worker must not keep the process alive; one that holds tasks must.
  #noteLoad(id: string): void {
    const worker = this.#scheduler.worker(id)
    const busy = worker?.owesAnswers === true
    this.#pool.hold(id, busy)
    this.#watch.note(id, busy)
    if (worker !== undefined) this.#idle.note(id, busy)
  }

  /** Decides, and carries out what concerns the workers. Answers the decisions. */
  #act(events: readonly SchedulerEvent[]): Decision[] {
    const decisions = this.#scheduler.handle(events)
    for (const decision of decisions) this.#carryOut(decision)
    return decisions
  }

  #carryOut(decision: Decision): void {
    switch (decision.type) {
      case 'spawn':
        this.#pool.spawn(decision.worker, decision.delayMs)
        break
      case 'assign':
        this.#pool.post(decision.worker, decision.tasks as LocalTask[])
        break
      case 'abort':
        this.#abort(decision)
        break
      case 'takeBack':
        this.#takeBack(decision)
        break
      case 'recall':
        this.#pool.recall(decision.worker)
        this.#alarms.set(ANSWER_MS, () => this.#recallDue(decision.worker))
        break
      case 'limit':
        this.#limit(decision)
        break
      case 'terminate':
        this.#terminate(decision)
        break
      case 'move':
        this.porter.ask(decision.flight)
        break
      case 'release':
        this.#pool.release(decision.worker, decision.ids)
        break
      case 'here':
        settleReader(decision.task, (reader) => reader.resolve(copyHere(decision.value)))
        break
      case 'unsendable':
        settleReader(decision.task, (reader) => reader.reject(decision.error))
        break
    }
  }

  #terminate({ worker, tasks, why }: DecisionOf<'terminate'>): void {
    if (why !== 'stuck') this.#retired.set(worker, why)
    this.#idle.gone(worker)
    this.#pool.takeBack(worker, tasks)
    this.#pool.terminate(worker)
  }

  #recallDue(worker: string): void {
    const running = this.#running(worker)
    this.dispatch([
      { type: 'started', tasks: running ?? [] },
      { type: 'recallDue', worker },
    ])
  }

  /** What it runs, or ran when it ended, where that can be known. */
  #running(worker: string): readonly ScheduledTask[] | undefined {
    return this.#pool.running(worker, this.#assigned(worker))
  }

  #assigned(worker: string): readonly ScheduledTask[] {
    return [...(this.#scheduler.worker(worker)?.assigned.values() ?? [])]
  }

  #takeBack({ worker, tasks }: DecisionOf<'takeBack'>): void {
    const back = this.#pool.takeBack(worker, tasks)
    if (back === undefined) this.#pool.recall(worker)
    else if (back.length > 0) this.dispatch([{ type: 'returned', tasks: back }])
  }

  #limit({ worker, task, ms }: DecisionOf<'limit'>): void {
    this.#held.set(worker, [task], ms, () => this.dispatch([{ type: 'timedOut', tasks: [task] }]))
  }

  #abort({ worker, tasks, reason }: DecisionOf<'abort'>): void {
    const ids = tasks.map((task) => task.id)
    this.#pool.abort(worker, ids, reason)
    this.#held.set(worker, tasks, this.#cancelGrace, () => this.dispatch([{ type: 'overdue', worker, tasks }]))
  }

  /** What concerns others. */
  #tell(decisions: readonly Decision[]): void {
    // Taken out before they are told: who hears of one may cause another.
    if (this.#lost.length > 0) for (const event of this.#lost.splice(0)) this.#onWorker(event)
    if (this.#unsendable.length > 0) for (const [task, error] of this.#unsendable.splice(0)) failTask(task, error)
    for (const decision of decisions) {
      if (decision.type === 'spawn') this.#onWorker({ type: 'spawned', workerId: decision.worker })
      else deliverDecision(decision)
    }
  }
}

const NONE: readonly never[] = []
