/// <reference lib="esnext.disposable" preserve="true" />
import type { ExplicitDataDep, ShutdownOptions } from '../core/backend.js'
import { StateMapper } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'
import { type Check, checkKeys, isName } from '../input/check-keys.js'
import { BackendLife } from './backend-life.js'
import { BaseExecutionBackend } from './base.js'
import { buildAll } from './build-hook.js'
import { LiveTasks } from './live-tasks.js'
import { forgetOutcome } from './outcome.js'
import { claimBatch } from './task-input.js'

/** The options of a `NoopExecutionBackend`. */
export interface NoopBackendOptions {
  /** Names the backend for an engine. Default: `noop`. */
  readonly name?: string | undefined
}

const CHECKS: Readonly<Record<keyof NoopBackendOptions, Check>> = { name: isName }

/**
 * A backend that runs nothing: each task is DONE at once, with a dummy as its output. For dry runs of workflows.
 *
 * It can be used as soon as it is made, and again after a `start` when it was shut down.
 *
 * @example
 * const backend = new NoopExecutionBackend()
 * backend.registerCallback((task, state) => console.log(task.uid, state, task.returnValue)) // task.1 DONE Dummy Output
 * await backend.submitTasks([{ uid: 'task.1', executable: 'make' }])
 */
export class NoopExecutionBackend extends BaseExecutionBackend {
  readonly #live = new LiveTasks<never>()
  readonly #life: BackendLife

  /** @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown option or a bad value */
  constructor(options: NoopBackendOptions = {}) {
    checkKeys(options, { what: 'options', checks: CHECKS, later: [] })
    super(options.name ?? 'noop')
    this.#life = new BackendLife(this.name)
  }

  /** Constructs and starts. */
  static async create<T extends NoopExecutionBackend>(
    this: new (
      options?: NoopBackendOptions,
    ) => T,
    options?: NoopBackendOptions,
  ): Promise<T> {
    return new this(options)
  }

  /** Makes one that was shut down take tasks again. */
  async start(): Promise<this> {
    await this.#life.open()
    return this
  }

  /**
   * Reports each task DONE, before this resolves. Nothing of it is run, and nothing is looked at but its form.
   *
   * @throws {TaskValidationError} when the batch is malformed; then nothing of it is reported
   * @throws {ClusterError} `ERR_CLOSED`
   */
  async submitTasks(tasks: readonly TaskRecord[]): Promise<void> {
    this.#life.checkOpen()
    const claimed = claimBatch(tasks, this.#live)
    if (this.buildTask !== BaseExecutionBackend.prototype.buildTask) {
      await buildAll(
        claimed,
        (record) => this.buildTask(record),
        (task, exception) => this.report(this.#live.end(task) as TaskRecord, 'FAILED', { exception }),
      )
    }
    for (const task of claimed) {
      const record = this.#live.end(task)
      if (record === undefined) continue
      forgetOutcome(record)
      const output = record.prompt ? 'Dummy Prompt Output' : 'Dummy Output'
      this.report(record, 'DONE', { returnValue: output, stdout: output })
    }
  }

  /** True of a task that is not reported yet: an async `buildTask` may have it, or others of its batch come first. */
  async cancelTask(uid: string): Promise<boolean> {
    return !this.#life.closed && this.#cancel(uid)
  }

  /** Cancels all that is not reported yet, and answers how many there were. */
  async cancelAllTasks(): Promise<number> {
    return this.#life.closed ? 0 : this.#cancelAll()
  }

  /** Places nothing: what would have made the file did not run. */
  override async linkExplicitDataDeps(_dep: ExplicitDataDep): Promise<undefined> {
    return undefined
  }

  /** The words for the states, and a live view of the tasks that have not ended. */
  override getTaskStatesMap(): StateMapper {
    return new StateMapper(this, this.#live)
  }

  /** `CONNECTED` until it is shut down. */
  async state(): Promise<'CONNECTED' | 'DISCONNECTED'> {
    return this.#life.closed ? 'DISCONNECTED' : 'CONNECTED'
  }

  /** Takes nothing more. May be called any number of times; `start` opens it again. Never rejects. */
  async shutdown(options?: ShutdownOptions): Promise<void> {
    await this.#life.close(
      options ?? {},
      (ms) => this.#live.empty(ms),
      async () => this.#cancelAll(),
    )
  }

  /** Shuts it down: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown()
  }

  #cancelAll(): number {
    return this.#live.tasks().filter(({ uid }) => this.#cancel(uid)).length
  }

  #cancel(uid: string): boolean {
    const task = this.#live.task(uid)
    const record = task && this.#live.end(task)
    if (record === undefined) return false
    this.report(record, 'CANCELED')
    return true
  }
}
