import type { Path } from '../core/cluster.js'
import type { SpecFiles } from '../core/files.js'
import type { LogEntry } from '../core/task-context.js'
import type { WireError } from './errors.js'

/**
 * What crosses between the pool and a worker. Both ends are built from this file, and a worker says its version first.
 *
 * Messages are flat arrays: a structured clone pays for every object, every array and every key, and at a few hundred
 * thousand tasks a second that is most of the work. Many tasks share a message; the answers of many tasks share one.
 */
export const PROTOCOL_VERSION = 9

/** The first element of every message. */
export const Message = {
  /** worker → pool: `[Hello, version]`. It listens. */
  Hello: 0,
  /** pool → worker: `[Start, port]`. The control plane, on a port of its own: see `WorkerControl`. */
  Start: 1,
  /**
   * pool → worker: `[Tasks, ticket, definitions, announce, inputs, files, ...tasks]`, see `TasksMessage`. `ticket`: of the first
   * of them, see `Claims`; the others follow. `announce`: say when they start, however short they are.
   */
  Tasks: 2,
  /** pool → worker: `[Abort, ids, reason]`, that as a `WireError`. Waiting ones are dropped, running ones see their signal. */
  Abort: 3,
  /** pool → worker: `[Recall]`. What has not started is given back, and does not start. */
  Recall: 4,
  /** pool → worker: `[Forget, function ids]`. No task will ask for these again. */
  Forget: 5,
  /** worker → pool: `[Events, timings, ...events]`, see `EventsMessage`. */
  Events: 6,
  /**
   * worker → pool: `[Goodbye, exit code, reason]`. It ends by itself; events before this said what was running. The reason
   * is `memory` where it holds more than it may.
   */
  Goodbye: 7,
  /** pool → worker: `[Put, task id, value, keep]`. A value of another worker, or of the program, for tasks that will need it. */
  Put: 8,
  /** pool → worker: `[Fetch, task id]`. Answered by `Event.Value` or `Event.NoValue`, in order. The value stays. */
  Fetch: 9,
  /** pool → worker: `[Release, task ids]`. Their values are not needed any more. */
  Release: 10,
} as const

/**
 * Flat pairs: function id, function. A worker is told of a function once, in the message that first needs it; others have
 * `undefined` in its place.
 */
export type Definitions = (number | WireFunction)[]

/** What becomes of the result of a task. */
export const Keep = {
  /** It is sent. */
  No: 0,
  /** It stays with the worker, unless it is small, and the tasks there share it. */
  Shared: 1,
  /** The function is a class, and the result, an object of it, stays with the worker. */
  Actor: 2,
  /** It stays with the worker, unless it is small, and each task there gets a copy. */
  Copied: 3,
} as const
export type Keep = (typeof Keep)[keyof typeof Keep]

/** Flat pairs: where in the arguments of a task, and the id of the task whose value belongs there. */
export type WireInputs = (Path | number)[]

/**
 * Its tasks: flat runs of those that are alike, as most neighbours are: function id, attempt, one of `Keep`,
 * number of arguments of each, number of tasks; then for each task its id, its uid, its arguments.
 *
 * `inputs`: flat pairs of a task's id and its inputs, of those that have any. Their values are with the worker. `files`: the
 * same, of those that take or make files.
 */
export type TasksMessage = [
  kind: number,
  ticket: number,
  definitions: Definitions | undefined,
  announce: boolean,
  inputs: (number | WireInputs)[] | undefined,
  files: (number | SpecFiles)[] | undefined,
  ...tasks: unknown[],
]
/** Where the tasks of a message begin. */
export const TASKS_AT = 6

/** Its events: flat triples of what, task id, payload. In order: progress and logs of a task come before its end. */
export type EventsMessage = [kind: number, timings: Timings | undefined, ...events: unknown[]]
export const EVENT_STRIDE = 3
/** Where the events of a message begin. */
export const EVENTS_AT = 2

/** The first of each triple of an `EventsMessage`. */
export const Event = {
  /** Payload: the value. */
  Done: 0,
  /** Payload: a `WireError`. */
  Failed: 1,
  /** Sent ahead of a task that may take a while; for others the end says that it had started. */
  Started: 2,
  /** Payload: the value. */
  Progress: 3,
  /** Payload: a `WireLog`. Of no task: printed while none was known to run. */
  Log: 4,
  /** Aborted or recalled before it started: it will not run here. */
  Returned: 5,
  /**
   * The last event of its message. The next message is one event of this task that the pool may be unable to read;
   * payload: which.
   */
  Alone: 6,
  /** No task: a recall was answered, and the tasks that came back are in the events before this. */
  Recalled: 7,
  /** Done, and its value stays with the worker. Payload: about how many bytes that is. */
  Kept: 8,
  /** Payload: the value of a task that was kept, as it was asked for. */
  Value: 9,
  /** The value that was asked for cannot be sent. Payload: a `WireError`. */
  NoValue: 10,
  /** It is done, as will be told next, and this is what it wrote. Payload: `FileContents`. */
  Wrote: 11,
} as const

/** In place of a task's id, in an event that concerns none. */
export const NO_TASK = -1

/** Flat triples: function id, number of calls, milliseconds they took together, since this was last told. `undefined` where there is nothing to tell. */
export type Timings = number[]
export const TIMING_STRIDE = 3

export type WireLog = readonly [level: LogEntry['level'], args: readonly unknown[]]

/** A function, as a worker is told of it. */
export type WireFunction =
  /** The function itself, which a worker in the same realm gets by its number. */
  | { readonly kind: 'reference'; readonly name: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'module'; readonly module: string; readonly export: string }
  | {
      readonly kind: 'source'
      readonly name: string
      readonly source: string
      /** What `withScope` gave it: values, and functions as source. */
      readonly scope?: {
        readonly values: Readonly<Record<string, unknown>>
        readonly functions: Readonly<Record<string, string>>
      }
    }

/** The control plane of a worker, spoken by comlink. A call to a worker that died never settles: race it with `exited`. */
export interface WorkerControl {
  /** Answers what `setup` threw. */
  start(options: WorkerOptions): Promise<WireError | undefined>
  /** Answers what the method returned or threw. */
  call(call: ActorCall): Promise<ActorAnswer>
}

/** A call of a method of an actor. */
export interface ActorCall {
  readonly taskId: number
  readonly method: string
  readonly args: readonly unknown[]
}

/** What came of it. */
export type ActorAnswer = { readonly value: unknown } | { readonly error: WireError }

export interface WorkerOptions {
  readonly workerId: string
  /** How many tasks it runs at a time. */
  readonly slots: number
  /** The memory of `Claims`. Absent: it shares none, and all that is posted to it is its own. */
  readonly claims?: SharedArrayBuffer
  /** Bytes that it may hold, where it can tell. */
  readonly memoryLimit?: number
  /** Called before its first task. */
  readonly setup?: WireSetup
}

/** A function that a worker calls once, and the number by which it would be known. */
export interface WireSetup {
  readonly id: number
  readonly function: WireFunction
}
