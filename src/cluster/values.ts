import type { WorkerExit } from '../core/adapter.js'
import { append } from '../core/append.js'
import type { SmallValue } from '../wire/weigh.js'
import type { Flight } from './flight.js'
import type { KeptResult } from './kept-result.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { Decision } from './scheduler-events.js'
import type { SchedulerWorker } from './scheduler-worker.js'

/**
 * Where the values of kept tasks are: brought to where they are needed, and dropped when nobody needs them.
 *
 * It knows of places alone; that a value has to be computed again is for the ledger of tasks.
 */
export class Values {
  readonly #decide: (decision: Decision) => void
  /** Ids, by the worker that is to drop them. */
  readonly #dropped = new Map<SchedulerWorker, number[]>()
  /** Tasks whose value may be needed by nobody any more. */
  #doubtful: ScheduledTask[] = []

  constructor(decide: (decision: Decision) => void) {
    this.#decide = decide
  }

  /** A value is here, when it is small, or with these workers. */
  place(task: ScheduledTask, made: SmallValue | number, workers: readonly SchedulerWorker[]): void {
    const { result } = task
    if (result === undefined) return
    if (typeof made === 'number') {
      result.size = made
      for (const worker of workers) add(task, result, worker)
    } else result.here = made
  }

  /** It may be that nobody needs it. */
  doubt(task: ScheduledTask): void {
    this.#doubtful.push(task)
  }

  /** A worker made what nobody needs any more. */
  unwanted(task: ScheduledTask, worker: SchedulerWorker): void {
    append(this.#dropped, worker, task.id)
  }

  /** The task has ended: it needs its inputs no more. */
  leave({ inputs }: ScheduledTask): void {
    if (inputs === undefined) return
    for (const { task: value } of inputs) {
      const { result } = value
      if (result !== undefined && --result.users === 0) this.#doubtful.push(value)
    }
  }

  /** Nobody outside asks for it any more. */
  release(task: ScheduledTask): void {
    if (task.result === undefined) return
    task.result.held = false
    this.#doubtful.push(task)
  }

  /** Somebody waits for it here. Its value is there. */
  sendHere(task: ScheduledTask): void {
    const { result } = task
    if (result === undefined) return
    if (result.here !== undefined) {
      result.wanted = false
      this.#doubtful.push(task)
      this.#decide({ type: 'here', task, value: result.here })
    } else if (!result.flights.some(({ to }) => to === undefined)) this.#send(task, result, undefined, new Set())
  }

  /** Sees to it that the inputs of a task come to a worker. Answers for how many it has to wait. */
  bring(task: ScheduledTask, worker: SchedulerWorker): number {
    let waits = 0
    for (const { task: value } of task.inputs ?? NONE) {
      const { result } = value
      if (result === undefined || result.isAt(worker)) continue
      const flight = result.flights.find(({ to }) => to === worker) ?? this.#send(value, result, worker, new Set())
      if (flight.tasks.has(task)) continue
      flight.tasks.add(task)
      waits++
    }
    return waits
  }

  /** A task that waits for values where it was to run will not run there. */
  abandon(task: ScheduledTask, worker: SchedulerWorker): void {
    task.waitingFor = 0
    for (const { tasks } of worker.receives) tasks.delete(task)
  }

  /** A value is where it was sent. Answers the tasks that have all that they waited for; none, when it was given up meanwhile. */
  landed(flight: Flight): readonly ScheduledTask[] {
    const { value, to, tasks } = flight
    const { result } = value
    if (result === undefined || !end(flight, result)) return NONE
    if (to === undefined) result.wanted = false
    else add(value, result, to)
    this.#doubtful.push(value)
    return [...tasks].filter((task) => --task.waitingFor === 0)
  }

  /** A value cannot be sent. Answers the tasks that waited for it. */
  refused(flight: Flight): readonly ScheduledTask[] {
    const { value, to, tasks } = flight
    const { result } = value
    if (result === undefined || !end(flight, result)) return NONE
    if (to === undefined) result.wanted = false
    this.#doubtful.push(value)
    return [...tasks]
  }

  /** A worker is gone, with what lay there. */
  lost(worker: SchedulerWorker, exit: WorkerExit): Lost {
    const values = [...worker.values]
    for (const { result } of values) {
      if (result === undefined) continue
      result.holders = without(result.holders, worker)
      if (!result.exists) result.lost = { worker: worker.id, exit }
    }
    worker.values.clear()
    this.#dropped.delete(worker)
    const tasks = new Set<ScheduledTask>(worker.expecting)
    for (const flight of worker.receives) end(flight, flight.value.result as KeptResult)
    for (const flight of worker.sends) {
      const result = flight.value.result as KeptResult
      end(flight, result)
      if (result.holders.length > 0) this.#send(flight.value, result, flight.to, flight.tasks)
      else for (const task of flight.tasks) tasks.add(task)
    }
    return { tasks: [...tasks], values: values.filter(({ result }) => result?.isNeeded && !result.exists) }
  }

  /** A value stays no longer where it cannot be had from. Answers it when it is needed, and nowhere now. */
  forget(value: ScheduledTask, worker: SchedulerWorker, exit: WorkerExit): readonly ScheduledTask[] {
    const { result } = value
    if (result === undefined || !worker.values.has(value)) return NONE
    this.#leaveAt(value, result, worker)
    if (!result.exists) result.lost = { worker: worker.id, exit }
    return result.isNeeded && !result.exists ? [value] : NONE
  }

  /** What a worker alone has goes to another. */
  evacuate(worker: SchedulerWorker, others: readonly SchedulerWorker[]): void {
    for (const value of worker.values) {
      const result = value.result as KeptResult
      // The worker stays for its sake.
      if (result.isActor) continue
      if (result.holders.length > 1) this.#leaveAt(value, result, worker)
      else if (result.flights.every(({ to }) => to === undefined)) {
        const to = roomiest(others)
        if (to !== undefined) this.#send(value, result, to, new Set())
      }
    }
  }

  /** Drops what nobody needs. Answers those that are not done, and need not be. */
  sweep(): readonly ScheduledTask[] {
    if (this.#doubtful.length === 0) return NONE
    const doubtful = this.#doubtful
    this.#doubtful = []
    const pointless: ScheduledTask[] = []
    for (const task of doubtful) {
      const { result } = task
      if (result === undefined || result.isNeeded) continue
      if (task.phase === 'done') this.#drop(task, result)
      // What is computed again is not cancelled for good: it may be needed again.
      else if (task.live && !task.settled) pointless.push(task)
    }
    return pointless
  }

  /** Decides what the workers are to drop. */
  flush(): void {
    if (this.#dropped.size === 0) return
    for (const [worker, ids] of this.#dropped) this.#decide({ type: 'release', worker: worker.id, ids })
    this.#dropped.clear()
  }

  #drop(task: ScheduledTask, result: KeptResult): void {
    for (const holder of result.holders) this.#leaveAt(task, result, holder)
    result.here = undefined
  }

  #leaveAt(task: ScheduledTask, result: KeptResult, holder: SchedulerWorker): void {
    result.holders = without(result.holders, holder)
    holder.values.delete(task)
    if (result.isActor) holder.actors--
    append(this.#dropped, holder, task.id)
  }

  #send(value: ScheduledTask, result: KeptResult, to: SchedulerWorker | undefined, tasks: Set<ScheduledTask>): Flight {
    const [first, ...others] = result.holders as [SchedulerWorker, ...SchedulerWorker[]]
    const from = others.reduce((best, other) => (other.sends.size < best.sends.size ? other : best), first)
    const flight: Flight = { value, from, to, tasks }
    result.flights = [...result.flights, flight]
    from.sends.add(flight)
    to?.receives.add(flight)
    this.#decide({ type: 'move', flight })
    return flight
  }
}

export interface Lost {
  /** Those that waited for values at that worker, or for one from it. */
  readonly tasks: readonly ScheduledTask[]
  /** Those whose value is needed, and nowhere now. */
  readonly values: readonly ScheduledTask[]
}

/** Answers whether it was under way. */
function end(flight: Flight, result: KeptResult): boolean {
  if (!flight.from.sends.delete(flight)) return false
  flight.to?.receives.delete(flight)
  result.flights = without(result.flights, flight)
  return true
}

function add(task: ScheduledTask, result: KeptResult, worker: SchedulerWorker): void {
  if (result.holders.includes(worker)) return
  result.holders = [...result.holders, worker]
  worker.values.add(task)
  if (result.isActor) worker.actors++
}

function roomiest(workers: readonly SchedulerWorker[]): SchedulerWorker | undefined {
  const [first, ...others] = workers
  return first && others.reduce((best, other) => (other.values.size < best.values.size ? other : best), first)
}

function without<T>(list: readonly T[], item: T): readonly T[] {
  return list.length === 1 && list[0] === item ? NONE : list.filter((other) => other !== item)
}

const NONE: readonly never[] = []
