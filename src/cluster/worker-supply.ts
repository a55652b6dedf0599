import type { WorkerExit } from '../core/adapter.js'
import type { Amounts } from '../core/amounts.js'
import type { Decision, WhyEnded } from './scheduler-events.js'
import { SchedulerWorker } from './scheduler-worker.js'
import { StartPolicy } from './start-policy.js'

export interface WorkerSupplyOptions {
  /** Workers are named after it. */
  readonly name: string
  readonly maxWorkers: number
  readonly minWorkers: number
  /** Tasks that a worker runs at a time. */
  readonly slots: number
  /** What each worker has. */
  readonly resources?: Amounts
  /** After so many tasks a worker is replaced. */
  readonly maxTasks?: number
}

// A worker that is being replaced may have to wait for a neighbour for long, so that another takes its place meanwhile; but
// threads must have a bound.
const MOST = 2

/** The workers that there are, and whether there should be more. */
export class WorkerSupply {
  #options: WorkerSupplyOptions
  readonly #workers = new Map<string, SchedulerWorker>()
  readonly #retiring = new Set<SchedulerWorker>()
  readonly #starts = new StartPolicy()
  #opened = false
  #fewer = false
  /** Whether one is wanted, though there is nothing to run. */
  workerWanted = false
  #spawned = 0
  #lastExit: WorkerExit | undefined

  constructor(options: WorkerSupplyOptions) {
    this.#options = options
  }

  get(id: string): SchedulerWorker | undefined {
    return this.#workers.get(id)
  }

  /** Whether there is one by that id that takes tasks, now or when it is ready. */
  has(id: string): boolean {
    return this.#workers.get(id)?.retiring === false
  }

  /** Those that are being replaced too. */
  all(): Iterable<SchedulerWorker> {
    return this.#workers.values()
  }

  retiring(): Iterable<SchedulerWorker> {
    return this.#retiring
  }

  /** Whether one is ready, or may be expected to be when it is needed. */
  get isAvailable(): boolean {
    return this.#someWork || !this.#starts.hasFailed
  }

  /** Why there is no worker and none to come; `undefined` while there is one, or hope of one. */
  get exhausted(): WorkerExit | undefined {
    const none = this.#workers.size === this.#retiring.size
    return none && !this.#starts.mayStart(false) ? this.#lastExit : undefined
  }

  get #someWork(): boolean {
    for (const worker of this.#workers.values()) if (worker.isOpen) return true
    return false
  }

  open(): void {
    this.#opened = true
    this.#starts.afresh()
  }

  close(): void {
    this.#opened = false
  }

  /** There is a reason to start one more, whatever became of the last. */
  oneMore(): void {
    this.#starts.oneMore()
  }

  ready(id: string): void {
    const worker = this.#workers.get(id)
    // One that ended before it could take anything was never ready.
    if (worker === undefined || worker.saidGoodbye) return
    worker.ready = true
    this.workerWanted = false
    this.#starts.ready()
  }

  /** The worker was through with a task. */
  proven(worker: SchedulerWorker): void {
    if (worker.proven) return
    worker.proven = true
    this.#starts.proven()
  }

  /** It gets no more tasks, and another takes its place, where one is wanted. */
  retire(worker: SchedulerWorker, why: WhyEnded): void {
    worker.retires = why
    this.#fewer = true
    this.#retiring.add(worker)
  }

  /** Those that have run as many tasks as they are to. */
  retireUsedUp(): void {
    if (this.#options.maxTasks === undefined) return
    for (const worker of this.#workers.values()) if (worker.isUsedUp && !worker.retiring) this.retire(worker, 'maxTasksPerWorker')
  }

  /** From now on there are so many. Those that have least to lose go first. */
  scale(workers: number): void {
    this.#options = { ...this.#options, minWorkers: workers, maxWorkers: workers }
    const staying = [...this.#workers.values()].filter(({ retiring }) => !retiring).sort(byWeight)
    for (const worker of staying.slice(0, Math.max(0, staying.length - workers))) this.retire(worker, 'scaled')
  }

  /** It has ended, or was not to be had. `ran`: whether it was running anything. */
  lost(worker: SchedulerWorker, exit: WorkerExit, ran: boolean): void {
    this.#lastExit = exit
    this.#starts.lost(worker, exit, ran)
    this.remove(worker)
  }

  /** It is no longer counted on. */
  remove(worker: SchedulerWorker): void {
    this.#fewer = true
    this.#workers.delete(worker.id)
    this.#retiring.delete(worker)
  }

  /** Whether one went, or gets no more tasks, since this was last asked. */
  becameFewer(): boolean {
    const fewer = this.#fewer
    this.#fewer = false
    return fewer
  }

  /** Whether there are more than are needed. `active`: see `spawn`. */
  isTooMany(active: number): boolean {
    return this.#workers.size - this.#retiring.size > this.#wanted(active)
  }

  /**
   * Decides to start a worker for every slot's worth of work, within the limits.
   *
   * @param active tasks that are ready or with a worker
   */
  spawn(active: number, decisions: Decision[]): void {
    const { name, maxWorkers } = this.#options
    const wanted = this.#wanted(active)
    while (this.#workers.size - this.#retiring.size < wanted && this.#workers.size - this.#lingering < MOST * maxWorkers) {
      // One that fails may not be the last.
      if (this.#starts.isFailing && [...this.#workers.values()].some((worker) => !worker.ready)) break
      const id = `${name}-${this.#spawned++}`
      this.#workers.set(id, new SchedulerWorker(id, this.#options))
      decisions.push({ type: 'spawn', worker: id, delayMs: this.#starts.delayMs })
    }
  }

  /** How many stay for the sake of an actor alone. */
  get #lingering(): number {
    let lingering = 0
    for (const { actors } of this.#retiring) if (actors > 0) lingering++
    return lingering
  }

  #wanted(active: number): number {
    if (!this.#opened || !this.#starts.mayStart(this.#someWork)) return 0
    const { minWorkers, maxWorkers, slots } = this.#options
    // What a retiring worker holds ends there.
    let demand = this.workerWanted ? Math.max(active, 1) : active
    for (const worker of this.#retiring) demand -= worker.assigned.size
    const needed = Math.max(Math.ceil(demand / slots), this.#neededBesideThese(demand))
    return Math.min(maxWorkers, Math.max(this.#starts.isFlaky ? 0 : minWorkers, needed))
  }

  // One that has had almost all of its tasks does not fill its slots any more.
  #neededBesideThese(demand: number): number {
    if (this.#options.maxTasks === undefined) return 0
    let left = demand
    for (const worker of this.#workers.values()) if (!worker.retiring) left -= worker.width
    return left <= 0 ? 0 : this.#workers.size - this.#retiring.size + Math.ceil(left / this.#options.slots)
  }
}

/** Those that are not ready yet, then those that have the fewest actors, the least to do, the fewest values. */
function byWeight(a: SchedulerWorker, b: SchedulerWorker): number {
  return (
    Number(a.ready) - Number(b.ready) || a.actors - b.actors || a.assigned.size - b.assigned.size || a.values.size - b.values.size
  )
}
