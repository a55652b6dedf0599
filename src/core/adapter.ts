import type { FileStore } from './files.js'
import type { Unsubscribe } from './subscribable.js'
import type { LogEntry } from './task-context.js'

/** Objects that are moved to the other side, not copied: ArrayBuffer, MessagePort and what else the platform moves. */
export type TransferList = readonly unknown[]

/**
 * How a runtime makes workers. The seam of the package: all that it needs to know of a platform's threads.
 *
 * Bring your own with the option `adapter` of a backend.
 */
export interface WorkerAdapter {
  /** The runtime's name, for messages to people. */
  readonly runtime: string
  /** How many workers make use of this machine. */
  readonly parallelism: number
  /** How an inline function reaches a worker: as its source, or as itself where the worker is this very realm. */
  readonly functions: 'source' | 'reference'
  /** Whether `terminate()` stops a loop that never yields. */
  readonly preemptive: boolean
  /**
   * Whether a `SharedArrayBuffer` can be posted to its workers, by a port of `createChannel` too. Absent: no. Where it can,
   * tasks that wait in a blocked worker are taken back, and what ran in a lost one is known; else both are found out by
   * asking, and by running again. MUST NOT be true where posting one throws: no worker would get ready.
   */
  readonly sharesMemory?: boolean
  /** Whether its workers reach the files of this thread by their paths. Absent: no, so that files travel with tasks. */
  readonly sharesFiles?: boolean
  /** Whether it heeds `SpawnOptions.memoryLimit`. Absent: no. */
  readonly limitsMemory?: boolean
  /** Starts a worker. MAY reject; a worker that starts and then fails to load resolves its `exited` instead. */
  spawn(options: SpawnOptions): Promise<WorkerHandle>
  /** Makes a channel of which one end can be moved to a worker in a message. Absent: the platform's `MessageChannel`. */
  createChannel?(): {
    /** The one that stays. */
    readonly port1: ChannelPort
    /** The one that is moved. */
    readonly port2: ChannelPort
  }
}

/** What a worker's control plane needs of a `MessagePort`. */
export interface ChannelPort {
  /** Sends a message to the other end, and moves the objects of `transfer`. */
  postMessage(message: unknown, transfer?: TransferList): void
  /** Calls back with what arrives; `messageerror`: with what could not be read. */
  addEventListener(type: 'message' | 'messageerror', listener: (event: never) => void): void
  /** Takes a listener back. */
  removeEventListener(type: 'message' | 'messageerror', listener: (event: never) => void): void
  /** From now on messages are delivered. */
  start(): void
  /** Ends the channel, for both ends. */
  close(): void
}

/** What an adapter is asked for when it is to start a worker. */
export interface SpawnOptions {
  /** Names it for people: in dev tools, and as its id. */
  readonly name: string
  /** The user's own worker: where its script is, or a function that makes it. Absent: the library's worker. */
  readonly source?: WorkerSource
  /** Bytes that the worker may hold. */
  readonly memoryLimit?: number
  /** Given where `functions` is `reference`, to be handed to the `WorkerHost`. */
  readonly functionOf?: FunctionLookup
}

/** The function that a number on the wire stands for, where the worker is in this realm. */
// biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
export type FunctionLookup = (id: number) => ((...args: any[]) => unknown) | undefined

/**
 * The user's own worker: a URL, or a function that makes the platform's worker object. Where there are no workers, a
 * function that imports the module: `() => import('./my-worker.js')`.
 */
export type WorkerSource = string | URL | (() => unknown)

/**
 * A worker that was started and can be talked to, whatever its runtime calls it.
 *
 * `exited` resolves exactly once, for every kind of end that the platform tells: finished, crashed, terminated, or never
 * really started. After `terminate` it MUST resolve, also where the platform is silent or goes on for a while. An end of
 * which the platform says nothing MUST come through `WorkerHost.onExit`. It MUST NOT reject: an end is a fact to schedule
 * around, and only the pool knows whom it concerns.
 */
export interface WorkerHandle {
  /** Names it among the workers of its adapter. */
  readonly id: string
  /** Where messages go to it and come from it. */
  readonly endpoint: WorkerEndpoint
  /** How it ended, once it has. */
  readonly exited: Promise<WorkerExit>
  /** Ends it, by force. Resolves when nothing more will be heard of it, at once when it was gone before. MUST NOT reject. */
  terminate(): Promise<void>
  /** From now on the worker keeps the process alive. */
  ref(): void
  /** From now on it does not. */
  unref(): void
}

/** How a worker ended. */
export interface WorkerExit {
  /** `timeout`: it was not ready in time. That is for the pool to say; an adapter does not. */
  readonly reason: 'exited' | 'error' | 'memory' | 'terminated' | 'timeout'
  /** The exit code, where the platform has one. */
  readonly code?: number
  /** What it did not catch, when it ended by an error. */
  readonly error?: unknown
}

/** The three things that both ends of a wire can do. */
export interface WorkerEndpoint {
  /**
   * MUST throw at once what cannot be cloned, and then send nothing and move nothing. MUST NOT throw because the other
   * side is gone: such a message is lost, and the end of the worker says so.
   */
  postMessage(message: unknown, transfer?: TransferList): void
  /** MUST deliver what arrived before the first listener was there, in order. */
  onMessage(listener: (message: unknown) => void): Unsubscribe
  /** A message that arrived and could not be read. */
  onMessageError(listener: (error: unknown) => void): Unsubscribe
}

/** The inside of a worker: what a runtime hands to `startWorker`. */
export interface WorkerHost {
  /** Where messages go to the pool and come from it. */
  readonly endpoint: WorkerEndpoint
  /** Carries the context of a task through its awaits. Absent: `getTaskContext()` works until the first of them. */
  readonly context?: ContextCarrier
  /** Where functions come by reference: what `SpawnOptions.functionOf` was. */
  readonly functionOf?: FunctionLookup | undefined
  /** Bytes that this worker holds, where the runtime can tell. */
  memoryUsed?(): number
  /** Where files of tasks are, by the paths of the adapter's thread. MUST be there where that says `sharesFiles`. */
  files?(): Promise<FileStore>
  /** What tasks print on it is passed on, and printed all the same. MUST be this worker's own. */
  readonly console?: ConsoleLike | undefined
  /** Where a bare specifier leads, seen from the program; throws when nowhere. Absent: what the platform says. */
  resolve?(specifier: string): string
  /**
   * Calls back when this worker is about to end of its own, as far as the platform can tell; messages that are posted then
   * MUST still arrive. Where there is none, what a worker was running when it ended is found out by running it again.
   */
  onExit?(listener: (code: number | undefined) => void): void
  /** Ends this worker from within. */
  close(): void
}

/** A value that follows an asynchronous call through its awaits: `AsyncLocalStorage` and its like. */
export interface ContextCarrier {
  /** Calls `callback`, in which, and in what it awaits, `get` answers `value`. */
  run<Args extends unknown[], R>(value: unknown, callback: (...args: Args) => R, ...args: Args): R
  /** The value of the call that this is in; `undefined` outside. */
  get(): unknown
}

/** The methods of a console that are watched. */
export type ConsoleLike = Partial<Record<LogEntry['level'], (...args: unknown[]) => void>>
