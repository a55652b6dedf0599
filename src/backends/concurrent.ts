/// <reference lib="esnext.disposable" preserve="true" />
import { atMost } from '../core/at-most.js'
import type { ShutdownOptions } from '../core/backend.js'
import { storeOnce } from '../core/files.js'
import type { Runtime } from '../core/runtime.js'
import { StateMapper, type TaskState } from '../core/states.js'
import type { Listeners, Unsubscribe } from '../core/subscribable.js'
import type { TaskRecord } from '../core/task.js'
import type { LogEntry } from '../core/task-context.js'
import { TaskSignals } from '../input/task-signals.js'
import { BackendLife } from './backend-life.js'
import { BaseExecutionBackend } from './base.js'
import { buildAll } from './build-hook.js'
import { type ConcurrentBackendOptions, checkConcurrentOptions } from './concurrent-options.js'
import { eventListeners } from './event-listeners.js'
import { LiveTasks } from './live-tasks.js'
import type { LocalRun, LocalTask } from './local-run.js'
import { LocalSubmission, type LocalSubmissionSetUp } from './local-submission.js'
import type { Outcome } from './outcome.js'
import { Slots } from './slots.js'
import { openTaskFiles } from './task-files.js'
import { claimBatch } from './task-input.js'

const GRACE_MS = 1_000
// Beyond that: what the system itself cannot end is left behind, since a shutdown must not hang.
const SHUTDOWN_MS = 5_000
const MOST_BY_DEFAULT = 32

/**
 * Runs tasks on this thread, some at a time, in order of submission: async functions by reference, prompts by the function that
 * it was given, and executables as child processes where the runtime has those.
 *
 * It can be used as soon as it is made, and again after a `start` when it was shut down.
 *
 * @example
 * await using backend = new ConcurrentExecutionBackend({ concurrency: 2 })
 * backend.registerCallback((task, state) => console.log(task.uid, state, task.stdout))
 * await backend.submitTasks([{ uid: 'task.1', executable: 'git', arguments: ['log', '-1'] }])
 */
export abstract class BaseConcurrentExecutionBackend extends BaseExecutionBackend {
  /** Bound by each runtime's own class. */
  static readonly runtime: Runtime
  readonly #life: BackendLife
  readonly #live = new LiveTasks<LocalRun>()
  readonly #submission: LocalSubmissionSetUp
  readonly #concurrency: number
  readonly #graceMs: number
  readonly #progressListeners: Listeners<[TaskRecord, unknown]>
  readonly #logListeners: Listeners<[TaskRecord | undefined, LogEntry]>
  #slots: Slots

  /** @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown option or a bad value */
  constructor(options: ConcurrentBackendOptions = {}) {
    const { runtime } = new.target as unknown as { readonly runtime: Runtime }
    const {
      name = 'concurrent',
      concurrency,
      functions,
      prompt,
      cancelGrace = GRACE_MS,
      logger,
      ...hooks
    } = checkConcurrentOptions(options)
    super(name, { path: runtime.workDir(), files: storeOnce(runtime), ...(logger && { logger }) })
    this.#life = new BackendLife(name)
    this.#concurrency = concurrency ?? Math.min(runtime.workers.parallelism + 4, MOST_BY_DEFAULT)
    this.#graceMs = cancelGrace
    this.#slots = new Slots(this.#concurrency)
    this.#progressListeners = eventListeners('onProgress', name, this.logger)
    this.#logListeners = eventListeners('onLog', name, this.logger)
    this.#submission = {
      signals: new TaskSignals((tasks, reason) => tasks.forEach(({ handle }) => void handle?.cancel(reason))),
      workshop: {
        runtime,
        functions,
        prompt,
        graceMs: cancelGrace,
        outputFolder: () => this.session.path,
      },
      runs: {
        workerId: name,
        graceMs: cancelGrace,
        openFiles: (record, attempt) => openTaskFiles(this.session, record, attempt),
        running: ({ record }) => this.report(record, 'RUNNING'),
        settle: (task, state, outcome) => this.#settle(task, state, outcome),
        progress: (record, value) => this.#progressListeners.emit(record, value),
        log: (record, args) => this.#logListeners.emit(record, { level: 'log', args, workerId: name }),
      },
    }
    if (hooks.buildTask !== undefined) this.buildTask = hooks.buildTask
    if (hooks.taskStateCb !== undefined) this.taskStateCb = hooks.taskStateCb
  }

  /** Constructs and starts. */
  static async create<T extends BaseConcurrentExecutionBackend>(
    this: new (
      options?: ConcurrentBackendOptions,
    ) => T,
    options?: ConcurrentBackendOptions,
  ): Promise<T> {
    return new this(options)
  }

  /** Makes one that was shut down take tasks again. */
  async start(): Promise<this> {
    await this.#life.open()
    return this
  }

  /**
   * Submits a batch. Resolves when each of its tasks is accepted, or reported FAILED because it can never run; results come to
   * the listeners.
   *
   * @throws {TaskValidationError} when the batch is malformed; then nothing of it is submitted
   * @throws {ClusterError} `ERR_CLOSED`
   */
  async submitTasks(tasks: readonly TaskRecord[]): Promise<void> {
    this.#life.checkOpen()
    const claimed = claimBatch(tasks, this.#live)
    if (this.buildTask !== BaseExecutionBackend.prototype.buildTask) {
      await buildAll(
        claimed,
        (record) => this.buildTask(record),
        (task, exception) => this.#settle(task, 'FAILED', { exception }),
      )
    }
    new LocalSubmission(this.#submission).submit(this.#slots, claimed)
  }

  /**
   * Whether the task was live and is now cancelled; its CANCELED was reported before this resolves. A function that runs is
   * told by its `signal`, and what still comes of it is dropped. A child process is ended with all that it started, and
   * CANCELED reported when none of them is left.
   */
  async cancelTask(uid: string): Promise<boolean> {
    if (this.#life.closed) return false
    const task = this.#live.task(uid)
    return task !== undefined && this.#cancel(task)
  }

  /** Cancels all live tasks and answers how many there were. */
  async cancelAllTasks(): Promise<number> {
    return this.#life.closed ? 0 : this.#cancelAll()
  }

  /** The words for the states, and a live view of the tasks that have not ended. */
  override getTaskStatesMap(): StateMapper {
    return new StateMapper(this, this.#live)
  }

  /** What a task reports through its context. Comes before the task's end. */
  onProgress(listener: (task: TaskRecord, progress: unknown) => void): Unsubscribe {
    return this.#progressListeners.add(listener)
  }

  /** What a task logs through its context. Comes before the task's end. What it prints is its own. */
  onLog(listener: (task: TaskRecord | undefined, entry: LogEntry) => void): Unsubscribe {
    return this.#logListeners.add(listener)
  }

  /** `CONNECTED` until it is shut down. */
  async state(): Promise<'CONNECTED' | 'DISCONNECTED'> {
    return this.#life.closed ? 'DISCONNECTED' : 'CONNECTED'
  }

  /**
   * Cancels what is live, each with its CANCELED, and resolves when no child process is left. With `drain`, what is live may
   * end first, in `timeout` milliseconds where that is given; meanwhile nothing more is taken. A further call without `drain`
   * ends that, too. May be called any number of times; `start` opens it again.
   *
   * Never rejects, and takes `cancelGrace` and 5 s at most beyond that.
   */
  async shutdown(options?: ShutdownOptions): Promise<void> {
    await this.#life.close(
      options ?? {},
      (ms) => this.#live.empty(ms),
      () => this.#end(),
    )
  }

  /** Shuts it down: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown()
  }

  async #end(): Promise<void> {
    await atMost(this.#graceMs + SHUTDOWN_MS, this.#cancelAll())
    // A function that goes on has no place among those that are run after a new start.
    this.#slots.close()
    this.#slots = new Slots(this.#concurrency)
  }

  async #cancelAll(): Promise<number> {
    const canceled = await Promise.all(this.#live.tasks().map((task) => this.#cancel(task)))
    return canceled.filter(Boolean).length
  }

  async #cancel(task: LocalTask): Promise<boolean> {
    if (task.handle !== undefined) return task.handle.cancel()
    // It is with an async `buildTask`.
    return this.#settle(task, 'CANCELED')
  }

  #settle(task: LocalTask, state: TaskState, outcome?: Outcome): boolean {
    const record = this.#live.end(task)
    if (record === undefined) return false
    this.report(record, state, outcome)
    return true
  }
}
