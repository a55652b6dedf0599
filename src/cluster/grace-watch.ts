import type { Alarms } from './alarms.js'
import type { ScheduledTask } from './scheduled-task.js'

interface Grace {
  readonly tasks: readonly ScheduledTask[]
  readonly cancel: () => void
}

/**
 * Gives cancelled tasks their time to end, and tells which of them did not.
 *
 * It keeps the process alive, since what waits behind them may have nothing else that does; and knows a task no longer
 * than its worker holds it, however long the time.
 */
export class GraceWatch {
  readonly #ms: number
  readonly #alarms: Alarms
  readonly #onOver: (workerId: string, tasks: readonly ScheduledTask[]) => void
  readonly #graces = new Map<string, Set<Grace>>()

  constructor(ms: number, alarms: Alarms, onOver: (workerId: string, tasks: readonly ScheduledTask[]) => void) {
    this.#ms = ms
    this.#alarms = alarms
    this.#onOver = onOver
  }

  /** These were told to end. */
  begin(workerId: string, tasks: readonly ScheduledTask[]): void {
    let graces = this.#graces.get(workerId)
    if (graces === undefined) {
      graces = new Set()
      this.#graces.set(workerId, graces)
    }
    const grace: Grace = {
      tasks,
      cancel: this.#alarms.set(
        this.#ms,
        () => {
          this.#end(workerId, grace)
          this.#onOver(workerId, tasks)
        },
        { hold: true },
      ),
    }
    graces.add(grace)
  }

  /** The worker said something, or is gone: some of its tasks may have left it. */
  check(workerId: string): void {
    if (this.#graces.size === 0) return
    for (const grace of this.#graces.get(workerId) ?? []) {
      if (grace.tasks.some((task) => task.worker?.assigned.get(task.id) === task)) continue
      grace.cancel()
      this.#end(workerId, grace)
    }
  }

  #end(workerId: string, grace: Grace): void {
    const graces = this.#graces.get(workerId)
    graces?.delete(grace)
    if (graces?.size === 0) this.#graces.delete(workerId)
  }
}
