import { TaskValidationError } from '../core/errors.js'
import type { TaskRecord } from '../core/task.js'
import type { LiveTask, LiveTasks } from './live-tasks.js'

const IMPLICIT = 'linkImplicitDataDeps(srcTask, dstTask)'

/** What tasks wait for, as `linkImplicitDataDeps` was told, until they are submitted. */
export class TaskLinks {
  readonly #live: LiveTasks
  /** By the uid of the one that waits. */
  readonly #sources = new Map<string, Set<TaskRecord>>()

  constructor(live: LiveTasks) {
    this.#live = live
  }

  /**
   * @throws {TaskValidationError} for a source that is given by its uid and is not live, for a task that was submitted, and
   * for one that would wait for itself
   */
  link(srcTask: TaskRecord | string, dstTask: TaskRecord | string): void {
    const source = this.#sourceOf(srcTask)
    const uid = uidOf(dstTask, 'dstTask')
    this.refuseLive(uid)
    if (uid === source.uid) throw invalid(`'${uid}' cannot wait for itself`, uid)
    // What is done is not waited for.
    if (source.state === 'DONE' && this.#live.task(source.uid)?.record !== source) return
    const sources = this.#sources.get(uid)
    if (sources === undefined) this.#sources.set(uid, new Set([source]))
    else sources.add(source)
  }

  /** @throws {TaskValidationError} for a task that was submitted: it may have begun */
  refuseLive(uid: string, what = IMPLICIT): void {
    if (this.#live.has(uid)) throw invalid(`'${uid}' was submitted; link a task before you submit it`, uid, what)
  }

  /** Tells tasks that are submitted now what they wait for. */
  handOver(tasks: readonly LiveTask[]): void {
    if (this.#sources.size === 0) return
    for (const task of tasks) {
      const sources = this.#sources.get(task.uid)
      if (sources === undefined) continue
      task.sources = [...sources]
      this.#sources.delete(task.uid)
    }
  }

  #sourceOf(task: TaskRecord | string): TaskRecord {
    const uid = uidOf(task, 'srcTask')
    if (typeof task !== 'string') return task
    const live = this.#live.task(uid)
    if (live !== undefined) return live.record
    throw invalid(`'${uid}' is no live task; of one that has ended, or is still to come, give the record`, uid)
  }
}

function uidOf(task: TaskRecord | string, what: string): string {
  const uid: unknown = typeof task === 'object' && task !== null ? task.uid : task
  if (typeof uid === 'string' && uid !== '') return uid
  throw new TaskValidationError(`${IMPLICIT}: ${what} must be a task's record or its uid`)
}

function invalid(what: string, uid: string, of = IMPLICIT): TaskValidationError {
  return new TaskValidationError(`${of}: ${what}`, { uid })
}
