import type { ScheduledTask } from './scheduled-task.js'

interface Batch<Task> {
  readonly tasks: readonly Task[]
  /** Of the first that was not admitted, and behind the last. */
  next: number
  end: number
  readonly onAdmitted: (() => void) | undefined
}

/**
 * What was submitted and is not with the scheduler yet, in order of arrival: it comes there with what happens next, so that
 * many small batches of one turn go to the workers as one; or, where only so many tasks may wait there, when there is room.
 */
export class Admission<Task extends ScheduledTask> {
  #batches: Batch<Task>[] = []
  /** Those before are through. */
  #first = 0

  /** How many are to come. */
  get size(): number {
    return this.#batches.slice(this.#first).reduce((sum, { next, end }) => sum + end - next, 0)
  }

  get isEmpty(): boolean {
    return this.#batches.length === this.#first
  }

  /** `onAdmitted`: the last of them was admitted, or is not to be any more. */
  add(tasks: readonly Task[], onAdmitted?: () => void): void {
    this.#batches.push({ tasks, next: 0, end: tasks.length, onAdmitted })
  }

  /** Admits as many as there is room for; those that were cancelled meanwhile are left out. */
  admit(room: number): readonly Task[] {
    if (this.isEmpty) return NONE
    const admitted: Task[] = []
    for (; this.#first < this.#batches.length; this.#first++) {
      const batch = this.#batches[this.#first] as Batch<Task>
      for (; batch.next < batch.end; batch.next++) {
        const task = batch.tasks[batch.next] as Task
        if (task.phase !== 'new') continue
        if (admitted.length >= room) return admitted
        admitted.push(task)
      }
      batch.onAdmitted?.()
    }
    this.#batches = []
    this.#first = 0
    return admitted
  }

  /** Some were cancelled. A batch of which nothing is left does not wait for those before it. */
  canceled(): void {
    this.#batches = this.#batches.slice(this.#first).filter((batch) => {
      const { tasks } = batch
      while (batch.next < batch.end && tasks[batch.next]?.phase !== 'new') batch.next++
      while (batch.next < batch.end && tasks[batch.end - 1]?.phase !== 'new') batch.end--
      if (batch.next < batch.end) return true
      batch.onAdmitted?.()
      return false
    })
    this.#first = 0
  }
}

const NONE: readonly never[] = []
