import type { Cluster, TaskHandle, TaskSink, TaskSpec } from '../../core/cluster.js'
import type { FileContents } from '../../core/files.js'
import { setAt } from '../../core/path.js'
import type { TaskFunction } from '../../core/task.js'
import type { LogEntry } from '../../core/task-context.js'
import type { Serialized } from '../protocol/message.js'
import { findCall, type TaskCall } from '../task-call.js'
import { encodeValue, serializeResult } from '../values/values.js'
import type { Actors } from './actors.js'
import { dataOf } from './assignment.js'
import { KnownFunctions, type RefusalOf } from './known-functions.js'
import { seconds } from './metrics.js'
import { Outbox } from './outbox.js'
import { erred, finished, typeNameOf, withPlace } from './outcome.js'
import { Pace } from './pace.js'
import { Refusals } from './refusals.js'
import type { Rest } from './rest.js'
import type { Session } from './session.js'
import type { ValueStore } from './value-store.js'
import type { WorkerTask, WorkerTasks } from './worker-tasks.js'

export interface TaskThreadsOptions {
  /** As errors name the worker: `'js-0' at tcp://127.0.0.1:40000`. */
  readonly place: string
  /** What runs the tasks. */
  readonly cluster: Cluster
  readonly actors: Actors
  readonly nthreads: number
  readonly tasks: WorkerTasks
  readonly store: ValueStore
  readonly session: Session
  readonly rest: Rest
  readonly refusalOf: RefusalOf | undefined
}

interface Running {
  readonly task: WorkerTask
  readonly call: TaskCall
  readonly startedAt: number
  /** The files that it has written. */
  wrote?: FileContents
  handle?: TaskHandle
}

/** Runs the tasks of a worker in its threads, and tells what becomes of them. */
export class TaskThreads {
  readonly #options: TaskThreadsOptions
  readonly #outbox: Outbox
  readonly #refusals: Refusals
  readonly #running = new Map<string, Running>()
  readonly #pace = new Pace()
  readonly #functions: KnownFunctions
  /** It is about to start what there is room for. */
  #runs = false

  constructor(options: TaskThreadsOptions) {
    this.#options = options
    this.#functions = new KnownFunctions(options.refusalOf)
    this.#outbox = new Outbox(options.session)
    this.#refusals = new Refusals(options.session, options.rest)
  }

  /** Since how many seconds each runs. */
  get executing(): Readonly<Record<string, number>> {
    const now = seconds()
    return Object.fromEntries([...this.#running.values()].map(({ task, startedAt }) => [task.key, now - startedAt]))
  }

  /** Starts what there is room for. */
  run(): void {
    const { cluster, nthreads, tasks, rest } = this.#options
    if (rest.isFor('memory')) return
    const started: Running[] = []
    const specs: TaskSpec[] = []
    for (;;) {
      const task = tasks.next(nthreads + this.#pace.ahead)
      if (task === undefined) break
      const startedAt = seconds()
      try {
        const found = findCall(dataOf(task.spec))
        if (found === undefined) {
          tasks.drop(task.key)
          this.#refusals.refuse(task.key)
          continue
        }
        const running: Running = { task, call: found.call, startedAt }
        specs.push(this.#toSpec(running, this.#functions.of(found.fn)))
        started.push(running)
        this.#running.set(task.key, running)
      } catch (error) {
        this.#erred({ task, startedAt }, error)
      }
    }
    if (specs.length === 0) return
    const { handles } = cluster.submitBatch(specs, this.#sink)
    for (const [index, running] of started.entries()) running.handle = handles[index] as TaskHandle
  }

  /** Many end in one turn, and what follows goes to the threads as one batch. */
  runSoon(): void {
    if (this.#runs) return
    this.#runs = true
    queueMicrotask(() => {
      this.#runs = false
      this.run()
    })
  }

  /** Nobody waits for it any more. */
  stop(key: string): void {
    const running = this.#running.get(key)
    this.#running.delete(key)
    if (running?.handle !== undefined) void this.#options.cluster.cancel([running.handle])
  }

  /** What runs is for nobody. */
  end(): void {
    this.#refusals.end()
    const handles = [...this.#running.values()].flatMap(({ handle }) => handle ?? [])
    this.#running.clear()
    void this.#options.cluster.cancel(handles)
  }

  #toSpec(running: Running, fn: TaskFunction): TaskSpec {
    const { uid, name, args, inputs, timeout, actor, files } = running.call
    const given = [...args]
    // One value in two places is one object.
    const values = new Map<string, unknown>()
    for (const [path, key] of inputs) {
      if (!values.has(key)) values.set(key, this.#options.store.read(key))
      setAt(given, path, values.get(key))
    }
    const keep = actor === true ? 'actor' : undefined
    return { uid, name, function: fn, args: given, priority: 0, timeout, files, keep, owner: running }
  }

  #finished(running: Running, value: unknown): void {
    const { task, startedAt, wrote } = running
    let serialized: Serialized
    let typename: string
    try {
      serialized = serializeResult(value, wrote)
      typename = `js.${typeNameOf(value)}`
    } catch (error) {
      this.#erred(running, error)
      return
    }
    if (!this.#leave(task)) return
    this.#options.store.put(task.key, serialized)
    this.#refusals.worked()
    this.#outbox.finish(task.key, finished(task, startedAt, serialized, typename))
    this.runSoon()
  }

  #erred({ task, startedAt }: Pick<Running, 'task' | 'startedAt'>, error: unknown): void {
    if (!this.#leave(task)) return
    this.#outbox.fail(erred(task, startedAt, error))
    this.runSoon()
  }

  /** Whether it was still to be run here. */
  #leave(task: WorkerTask): boolean {
    this.#pace.ended(seconds())
    if (this.#running.get(task.key)?.task === task) this.#running.delete(task.key)
    return this.#options.tasks.ended(task)
  }

  readonly #sink: TaskSink = {
    running: (handle) => this.#report(handle, 'running', null),
    done: (handle, value) => this.#finished(runningOf(handle), value),
    wrote: (handle, files) => {
      runningOf(handle).wrote = files
    },
    kept: (handle) => {
      const running = runningOf(handle)
      this.#options.actors.add(running.task.key, handle)
      // For who asks for its value, it has a text.
      this.#finished(running, `the actor ${running.call.name}`)
    },
    failed: (handle, error) => this.#erred(runningOf(handle), withPlace(error, this.#options.place)),
    dependencyFailed: () => {},
    canceled: () => {},
    lost: () => {},
    progress: (handle, progress) => this.#report(handle, 'progress', encodeReport(progress)),
    log: (handle, { level, args }: LogEntry) => this.#report(handle, level, encodeReport(args)),
  }

  #report(handle: TaskHandle, what: LogEntry['level'] | 'running' | 'progress', payload: Uint8Array | null): void {
    const { task, call } = runningOf(handle)
    this.#outbox.tell(call.topic, { key: task.key, what, payload })
  }
}

// What lives in the memory of this process is told by its text.
function encodeReport(report: unknown): Uint8Array {
  try {
    return encodeValue(report, 'report')
  } catch {
    return encodeValue(Array.isArray(report) ? report.map(String) : String(report), 'report')
  }
}

function runningOf(handle: TaskHandle): Running {
  return handle.owner as Running
}
