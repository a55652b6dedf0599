import type { KeptTasks } from './kept-tasks.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { Decision } from './scheduler-events.js'
import type { SchedulerWorker } from './scheduler-worker.js'
import type { TaskLedger } from './task-ledger.js'
import type { WorkerSupply } from './worker-supply.js'

/** Ends workers that are kept by what should have ended, or that may no longer be heard; and asks them first. */
export class Replacement {
  readonly #workers: WorkerSupply
  readonly #tasks: TaskLedger
  readonly #kept: KeptTasks
  readonly #decide: (decision: Decision) => void

  constructor(workers: WorkerSupply, tasks: TaskLedger, kept: KeptTasks, decide: (decision: Decision) => void) {
    this.#workers = workers
    this.#tasks = tasks
    this.#kept = kept
    this.#decide = decide
  }

  /** It should be through with these. It ends when nothing more goes on there; what has not started comes back. */
  overdue(id: string, tasks: readonly ScheduledTask[]): void {
    const worker = this.#workers.get(id)
    if (worker === undefined) return
    for (const task of tasks) if (worker.assigned.get(task.id) === task) worker.overdue.add(task)
    if (worker.overdue.size === 0) return
    this.#workers.retire(worker, 'stuck')
    if (worker.recall === undefined && !worker.isStuck) this.#ask(worker)
  }

  doubted(id: string): void {
    const worker = this.#workers.get(id)
    if (worker === undefined) return
    worker.doubted = true
    if (worker.recall === undefined) this.#ask(worker)
  }

  recalled(id: string): void {
    const worker = this.#workers.get(id)
    if (worker?.recall !== 'asked') return
    worker.recall = 'answered'
    worker.doubted = false
  }

  /** What had started beside is left alone as long as the worker answers, and is asked again and again. */
  recallDue(id: string): void {
    const worker = this.#workers.get(id)
    if (worker === undefined) return
    // When what was overdue has ended, a worker that does not answer is merely busy.
    if (worker.overdue.size === 0 && !worker.doubted) worker.recall = undefined
    // Where every slot runs what nobody cancelled, that is what keeps it from answering.
    else if (worker.recall === 'asked' && !worker.isOccupied) this.#replace(worker)
    else this.#ask(worker)
  }

  /** Brings to others what lies in workers that have done all they were to do. */
  evacuate(): void {
    for (const worker of this.#workers.retiring()) {
      if (worker.values.size === 0 || worker.assigned.size > 0 || worker.expecting.size > 0) continue
      this.#kept.evacuate(
        worker,
        [...this.#workers.all()].filter(({ isOpen }) => isOpen),
      )
    }
  }

  /** Ends those that nothing goes on in any more. */
  endStuck(): void {
    for (const worker of this.#workers.retiring()) if (worker.isStuck) this.#replace(worker)
  }

  #ask(worker: SchedulerWorker): void {
    worker.recall = 'asked'
    this.#decide({ type: 'recall', worker: worker.id })
  }

  // Nobody is charged: the cause is known.
  #replace(worker: SchedulerWorker): void {
    const { id, isStuck, retires = 'stuck' } = worker
    this.#workers.remove(worker)
    this.#workers.oneMore()
    this.#kept.workerLost(worker, { reason: 'terminated' })
    const tasks = this.#tasks.clear(worker)
    for (const task of tasks) this.#tasks.takeBack(task, { ran: !isStuck })
    this.#decide({ type: 'terminate', worker: id, tasks, why: retires })
  }
}
