import { TaskCanceledError, TaskTimeoutError } from '../core/errors.js'
import type { OpenFiles } from '../core/files.js'
import type { TaskState } from '../core/states.js'
import type { TaskRecord } from '../core/task.js'
import { nameOf } from '../input/task-function.js'
import type { LiveTask } from './live-tasks.js'
import { LocalContext } from './local-context.js'
import type { Outcome } from './outcome.js'
import { hasFiles } from './task-files.js'
import type { Work } from './work.js'

export interface LocalRunSetUp {
  /** What tasks know as the worker that they are on. */
  readonly workerId: string
  /** Milliseconds that a function which was told to stop keeps its place. */
  readonly graceMs: number
  /** What a task that has files reads and writes. */
  openFiles(record: TaskRecord, attempt: number): Promise<OpenFiles | undefined>
  running(task: LocalTask): void
  /** Does nothing when the task has ended before. */
  settle(task: LocalTask, state: TaskState, outcome?: Outcome): void
  progress(record: TaskRecord, value: unknown): void
  log(record: TaskRecord, args: readonly unknown[]): void
}

export type LocalTask = LiveTask<LocalRun>

interface Ending {
  readonly state: TaskState
  readonly outcome: Outcome
}

/** One task on its way through a backend that runs it here: it waits, runs, perhaps again, and ends. */
export class LocalRun {
  readonly #task: LocalTask
  readonly #work: Work
  readonly #retries: number
  readonly #timeout: number | undefined
  readonly #setUp: LocalRunSetUp
  #context: LocalContext | undefined
  /** How it ends, whatever comes of the attempt that runs. */
  #ending: Ending | undefined
  #over: Promise<void> | undefined
  #leave: () => void = () => {}
  #grace: TimerHandle | undefined

  constructor(
    task: LocalTask,
    work: Work,
    { retries = 0, timeout }: { readonly retries?: number | undefined; readonly timeout?: number | undefined },
    setUp: LocalRunSetUp,
  ) {
    this.#task = task
    this.#work = work
    this.#retries = retries
    this.#timeout = timeout
    this.#setUp = setUp
  }

  get ended(): boolean {
    return this.#task.ended
  }

  /** Runs it. Resolves when its place is free: never rejects. */
  async run(): Promise<void> {
    if (this.#task.ended) return
    this.#setUp.running(this.#task)
    // A listener may have cancelled it.
    if (this.#task.ended) return
    const left = new Promise<void>((resolve) => {
      this.#leave = resolve
    })
    this.#over = this.#attempts()
    await Promise.race([this.#over, left])
    clearTimeout(this.#grace)
  }

  /** Waits no longer for a function that was told to stop. */
  leave(): void {
    this.#leave()
  }

  /** Answers, when nothing of it runs that can be stopped, whether it was live and is now cancelled. */
  async cancel(reason?: unknown): Promise<boolean> {
    const { uid } = this.#task
    const exception = new TaskCanceledError(`Task '${uid}' was cancelled`, {
      uid,
      ...(reason !== undefined && { cause: reason }),
    })
    this.#stop({ state: 'CANCELED', outcome: reason === undefined ? {} : { exception } }, exception)
    if (this.#work.stops) await this.#over
    return this.#ending?.state === 'CANCELED'
  }

  #stop(ending: Ending, reason: unknown): void {
    if (this.#task.ended || this.#ending !== undefined) return
    this.#ending = ending
    const context = this.#context
    if (context === undefined || !this.#work.stops) this.#setUp.settle(this.#task, ending.state, ending.outcome)
    if (context === undefined) return
    // One that does not heed its signal must not keep others waiting for ever.
    if (!this.#work.stops) this.#grace = setTimeout(this.#leave, this.#setUp.graceMs)
    context.abort(reason)
  }

  async #attempts(): Promise<void> {
    for (let attempt = 1; !this.#task.ended; attempt++) {
      const outcome = await this.#attempt(attempt)
      const failed = 'exception' in outcome
      if (this.#ending !== undefined) {
        const { exception: _, ...written } = outcome
        this.#setUp.settle(this.#task, this.#ending.state, { ...written, ...this.#ending.outcome })
      } else if (!failed || attempt > this.#retries) this.#setUp.settle(this.#task, failed ? 'FAILED' : 'DONE', outcome)
    }
  }

  async #attempt(attempt: number): Promise<Outcome> {
    const task = this.#task
    const { workerId, progress, log } = this.#setUp
    const context = new LocalContext(task.uid, workerId, attempt, {
      progress: (value) => task.ended || progress(task.record, value),
      log: (args) => task.ended || log(task.record, args),
    })
    this.#context = context
    const timer = this.#timeout === undefined ? undefined : setTimeout(() => this.#late(), this.#timeout)
    try {
      const { record } = task
      if (hasFiles(record)) context.opened = await this.#setUp.openFiles(record, attempt)
      const outcome = await this.#work.run(context)
      if (!('exception' in outcome)) await context.opened?.finish()
      return outcome
    } catch (exception) {
      return { exception }
    } finally {
      clearTimeout(timer)
    }
  }

  #late(): void {
    const { uid, record } = this.#task
    if (this.#task.ended) return
    const name = record.name ?? record.executable ?? (record.function === undefined ? 'prompt' : nameOf(record.function))
    const exception = new TaskTimeoutError(`Task '${uid}' (${name}) took longer than its timeout of ${this.#timeout} ms`, { uid })
    const reason = new DOMException(`The task took longer than ${this.#timeout} ms`, 'TimeoutError')
    this.#stop({ state: 'FAILED', outcome: { exception } }, reason)
  }
}
