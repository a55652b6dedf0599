import type { ContextCarrier, TransferList } from '../core/adapter.js'
import { findCarried } from '../core/carried.js'
import { TaskCanceledError } from '../core/errors.js'
import type { FileStore, OpenFiles } from '../core/files.js'
import type { LogEntry } from '../core/task-context.js'
import type { Claims } from '../wire/claims.js'
import { type Definitions, Event, Keep, NO_TASK, type TasksMessage, type WireFunction } from '../wire/protocol.js'
import { RunningTask } from './context.js'
import { explain } from './explain.js'
import type { Callable, LoadedFunction } from './function.js'
import { openFiles } from './open-files.js'
import { type Measured, Outbox } from './outbox.js'
import { nextTurn } from './turn.js'
import { Values } from './values.js'
import { type WaitingTask, WaitingTasks } from './waiting-tasks.js'

export interface ExecutorOptions {
  readonly workerId: string
  readonly slots: number
  readonly context: ContextCarrier | undefined
  /** Absent: what is posted to it cannot be taken back. */
  readonly claims?: Claims | undefined
  /** Makes a function callable. `id`: its number on the wire. */
  load(wire: WireFunction, id: number): Promise<LoadedFunction>
  post(message: unknown, transfer?: TransferList): void
  /** Where files are that do not travel with their tasks. */
  files?: (() => Promise<FileStore>) | undefined
  /** Between two tasks of a slot. */
  onTaskEnd?: (() => void) | undefined
}

/** What a worker knows of a function that it was told of. */
interface KnownFunction extends Measured {
  readonly wire: WireFunction
  loaded: LoadedFunction | undefined
  loading: Promise<LoadedFunction> | undefined
  /** Mean milliseconds of a call; `undefined` until there was one. */
  meanMs: number | undefined
}

// From here on a task is announced before it runs: the announcement costs a message, which a task this long can carry.
const LONG_MS = 4
// A task that waits for something is announced when it is this late, in milliseconds.
const ANNOUNCE_AFTER_MS = 20
// Every so often the loop lets the worker read its messages, so that an abort is seen between two tasks.
const TURN_MS = 4

/**
 * Runs tasks in a worker, `slots` at a time, in the order in which they came.
 *
 * Each slot is a loop that takes the next task when its last one is done. Nothing here throws: what a task throws is its
 * result.
 */
export class Executor {
  readonly #options: ExecutorOptions
  readonly #functions = new Map<number, KnownFunction>()
  readonly #waiting = new WaitingTasks()
  /** By slot: those that were ever needed. */
  readonly #running: (RunningTask | undefined)[] = []
  readonly #idleSlots: number[] = []
  readonly #outbox: Outbox
  readonly values: Values
  #announcing: TimerHandle | undefined
  #turnStartedAt = 0
  // Where a context carrier is missing: the task whose synchronous part is on the stack.
  #current: RunningTask | undefined

  constructor(options: ExecutorOptions) {
    this.#options = options
    this.#outbox = new Outbox(options.post)
    this.values = new Values(this.#outbox)
  }

  /** The task that asks. */
  currentTask(): RunningTask | undefined {
    const { context } = this.#options
    return (context && findCarried(context, isRunningTask)) ?? this.#current
  }

  #define(definitions: Definitions): void {
    for (let i = 0; i < definitions.length; i += 2) {
      const [id, wire] = [definitions[i] as number, definitions[i + 1] as WireFunction]
      this.#functions.set(id, {
        id,
        wire,
        loaded: undefined,
        loading: undefined,
        meanMs: undefined,
        told: false,
        calls: 0,
        ms: 0,
      })
    }
  }

  forget(ids: readonly number[]): void {
    for (const id of ids) this.#functions.delete(id)
  }

  /** Takes a message of tasks. */
  enqueue(message: TasksMessage): void {
    const [, , definitions] = message
    if (definitions !== undefined) this.#define(definitions)
    this.#waiting.add(message)
    while (this.#waiting.size > 0) {
      const slot = this.#takeSlot()
      if (slot === undefined) return
      void this.#runSlot(slot)
    }
  }

  abort(ids: readonly number[], reason: unknown): void {
    const aborted = new Set(ids)
    for (const running of this.#running)
      if (running !== undefined && aborted.has(running.id))
        running.abort(reason ?? new TaskCanceledError('The task was cancelled'))
    this.#giveBack((task) => aborted.has(task.id))
    // Whoever cancelled one must learn whether it is what runs.
    this.announceRunning()
  }

  /** Gives back all that has not started. */
  recall(): void {
    this.#giveBack(() => true)
    this.#outbox.add(Event.Recalled, NO_TASK, undefined)
    this.announceRunning()
  }

  /** Something was printed, by the task that runs as far as can be told. */
  printed(level: LogEntry['level'], args: readonly unknown[]): void {
    const task = this.currentTask() ?? (this.#options.slots === 1 ? this.#running[0] : undefined)
    // One that has ended may still print.
    this.#outbox.log(task !== undefined && this.#running.includes(task) ? task.id : NO_TASK, level, args)
  }

  /** Says what is done and what runs. */
  announceRunning(): void {
    for (const running of this.#running) if (running !== undefined) this.#announce(running)
    this.#outbox.flush()
  }

  /** Starts nothing more, and tells what runs to stop. */
  stop(): void {
    this.#waiting.clear()
    for (const running of this.#running) running?.abort(new TaskCanceledError('The worker was ended'))
  }

  #giveBack(chosen: (task: WaitingTask) => boolean): void {
    for (const task of this.#waiting.takeAll(chosen)) {
      if (this.#claim(task)) this.#outbox.add(Event.Returned, task.id, undefined)
    }
  }

  /** Answers `undefined` when all are busy. */
  #takeSlot(): number | undefined {
    if (this.#idleSlots.length > 0) return this.#idleSlots.pop()
    return this.#running.length < this.#options.slots ? this.#running.push(undefined) - 1 : undefined
  }

  /** Whether it was not taken back meanwhile. */
  #claim({ ticket }: WaitingTask): boolean {
    return this.#options.claims?.claim(ticket) ?? true
  }

  // One function for the whole life of a task: each further async function between here and the user's would cost every
  // task a promise and two microtasks.
  async #runSlot(slot: number): Promise<void> {
    let now = performance.now()
    this.#turnStartedAt = now
    for (let task = this.#waiting.take(); task !== undefined; task = this.#waiting.take()) {
      const known = this.#functions.get(task.functionId)
      // It was taken back, ended elsewhere, and its function was forgotten since.
      if (known === undefined) continue
      const running = new RunningTask(task.id, task.uid, task.attempt, this.#options.workerId, this.#outbox)
      this.#running[slot] = running
      let failure: { readonly error: unknown } | undefined
      if (known.loaded === undefined) {
        failure = await this.#load(known)
        now = performance.now()
      }
      // While its module was imported it may have been taken back, and even sent again.
      if (!this.#claim(task)) {
        this.#running[slot] = undefined
        continue
      }
      try {
        if (running.aborted) this.#outbox.add(Event.Returned, task.id, undefined)
        else if (failure !== undefined) throw failure.error
        else {
          this.#announceInTime(running, known, task.announce)
          if (task.inputs !== undefined) this.values.fill(task.args, task.inputs)
          if (task.files !== undefined) running.opened = await openFiles(task, task.files, this.#options.files)
          const loaded = known.loaded as unknown as LoadedFunction
          if (task.keep === Keep.Actor) this.values.actor(task.id, Reflect.construct(loaded.call, task.args))
          else {
            const result = await this.#call(loaded, running, task.args)
            if (running.opened !== undefined) await this.#finishFiles(running, running.opened)
            if (task.keep === Keep.No) this.#outbox.done(task.id, result)
            else this.values.done(task.id, result, task.keep)
          }
        }
      } catch (error) {
        this.#outbox.failed(task.id, explain(error, known.wire))
      }
      this.#running[slot] = undefined
      this.#options.claims?.finish(task.ticket)
      this.#options.onTaskEnd?.()
      const endedAt = performance.now()
      this.#measure(known, endedAt - now)
      now = endedAt
      if (now - this.#turnStartedAt > TURN_MS) {
        this.#outbox.flush()
        await nextTurn()
        this.#turnStartedAt = now = performance.now()
      } else if (running.announced) {
        // It is known to keep a slot, so it must be known that it does no more.
        this.#outbox.flush()
      } else if (this.#waiting.size > 0) {
        this.#outbox.flushSoon()
      }
    }
    this.#idleSlots.push(slot)
    this.#outbox.flush()
  }

  /** Answers why it could not be loaded. */
  async #load(known: KnownFunction): Promise<{ readonly error: unknown } | undefined> {
    known.loading ??= this.#options.load(known.wire, known.id)
    try {
      known.loaded = await known.loading
      return undefined
    } catch (error) {
      return { error }
    } finally {
      known.loading = undefined
    }
  }

  #call({ call, asksForContext }: LoadedFunction, running: RunningTask, args: unknown[]): unknown {
    const { context } = this.#options
    if (context !== undefined && asksForContext) return context.run(running, invoke, call, running, args)
    this.#current = running
    try {
      return call.apply(running, args)
    } finally {
      this.#current = undefined
    }
  }

  /** @throws {TaskValidationError} when something that it promised is missing */
  async #finishFiles({ id }: RunningTask, files: OpenFiles): Promise<void> {
    const written = await files.finish()
    if (written !== undefined) this.#outbox.wrote(id, written)
  }

  #announceInTime(running: RunningTask, { meanMs }: KnownFunction, announce: boolean): void {
    // One that is sent again was on a worker that was lost, and may be the cause: it must be known to have started.
    if (announce || meanMs === undefined || meanMs >= LONG_MS || running.attempt > 1) {
      this.#announce(running)
      this.#outbox.flush()
    } else {
      this.#announcing ??= setTimeout(() => {
        this.#announcing = undefined
        this.announceRunning()
      }, ANNOUNCE_AFTER_MS)
    }
  }

  #announce(running: RunningTask): void {
    if (running.announced) return
    running.announced = true
    this.#outbox.add(Event.Started, running.id, undefined)
  }

  #measure(known: KnownFunction, ms: number): void {
    known.meanMs = known.meanMs === undefined ? ms : known.meanMs + (ms - known.meanMs) / 8
    this.#outbox.measured(known, ms)
  }
}

function isRunningTask(value: unknown): value is RunningTask {
  return value instanceof RunningTask
}

function invoke(call: Callable, running: RunningTask, args: unknown[]): unknown {
  return call.apply(running, args)
}
