import type { Alarms } from './alarms.js'
import type { ScheduledTask } from './scheduled-task.js'

interface HeldAlarm {
  readonly tasks: readonly HeldTask[]
  readonly cancel: () => void
}

/** One that is run again may be with the same worker again, and is another matter. */
interface HeldTask {
  readonly task: ScheduledTask
  readonly attempt: number
}

/**
 * Alarms about tasks that a worker holds: that they should have ended by now.
 *
 * They keep the process alive, since what waits behind those tasks may have nothing else that does; and know a task no
 * longer than its worker holds it, however long the time.
 */
export class HeldAlarms {
  readonly #alarms: Alarms
  /** By worker. */
  readonly #held = new Map<string, Set<HeldAlarm>>()

  constructor(alarms: Alarms) {
    this.#alarms = alarms
  }

  /** Calls back in `ms` milliseconds if the worker still holds one of them. */
  set(workerId: string, tasks: readonly ScheduledTask[], ms: number, callback: () => void): void {
    const held = this.#held.get(workerId) ?? new Set()
    this.#held.set(workerId, held)
    const over = () => {
      this.#drop(workerId, alarm)
      if (those.some((task) => isHeld(task, workerId))) callback()
    }
    const those = tasks.map((task) => ({ task, attempt: task.attempt }))
    const alarm: HeldAlarm = { tasks: those, cancel: this.#alarms.set(ms, over, { hold: true }) }
    held.add(alarm)
  }

  /** The worker said something, or is gone: some of its tasks may have left it. */
  check(workerId: string): void {
    if (this.#held.size === 0) return
    for (const alarm of this.#held.get(workerId) ?? []) {
      if (alarm.tasks.some((held) => isHeld(held, workerId))) continue
      alarm.cancel()
      this.#drop(workerId, alarm)
    }
  }

  #drop(workerId: string, alarm: HeldAlarm): void {
    const held = this.#held.get(workerId)
    held?.delete(alarm)
    if (held?.size === 0) this.#held.delete(workerId)
  }
}

function isHeld({ task, attempt }: HeldTask, workerId: string): boolean {
  return task.attempt === attempt && task.worker?.id === workerId && task.worker.assigned.get(task.id) === task
}
