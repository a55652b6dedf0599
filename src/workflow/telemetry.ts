import type { Logger } from '../core/logger.js'
import { messageOf } from '../core/message-of.js'
import { Listeners, type Unsubscribe } from '../core/subscribable.js'
import type { Checkpoint } from './checkpoint.js'
import type { Component, Kind } from './component.js'
import type { Dependency } from './dependency.js'

/** Something that happened in a workflow. */
export interface TelemetryEvent {
  /** Counts the events of an engine, from 1. */
  readonly eventId: number
  /** `TaskCreated`, `asyncflow.TaskResolved`, …, or what `emit` was given. */
  readonly eventType: string
  /** Milliseconds since 1970. */
  readonly eventTime: number
  /** The engine's `uid`. */
  readonly sessionId: string
  /** The name of the backend that it is about; absent of blocks. */
  readonly backend?: string
  /** The task or block that it is about. */
  readonly taskId?: string
  /** What else is known. */
  readonly attributes: TelemetryAttributes
}

/** What is told of a task or block; the words are AsyncFlow's. Of events that a user tells, anything. */
export interface TelemetryAttributes {
  /** The name of the task. */
  readonly name?: string
  /** The command of an executable; else the name. */
  readonly executable?: string
  /** What it runs. */
  readonly task_type?: Kind
  /** Of `TaskCreated`: the uids of what it waits for; of what is no task of the engine, a name. */
  readonly depends_on?: readonly string[]
  /** The workflow that it belongs to. */
  readonly 'asyncflow.workflow_id'?: string
  /** Of ends: from its start, or where that was not told, from its submission. */
  readonly duration_seconds?: number
  /** Of `TaskFailed`: the class of the error, and its message. */
  readonly error_type?: string
  /** The message of its error. */
  readonly error?: string
  readonly [attribute: string]: unknown
}

/** Is called with each event. */
export type TelemetryListener = (event: TelemetryEvent) => unknown

/** What happened so far. */
export interface TelemetrySummary {
  /** The uid of the engine. */
  readonly sessionId: string
  /** How many events there were of each type. */
  readonly events: Readonly<Record<string, number>>
  /** Of tasks and blocks that completed, in seconds from their start, or where that was not told, from their submission. */
  readonly durationSeconds: {
    /** How many tasks ended. */
    readonly count: number
    /** How long they took, on average. */
    readonly mean: number
    /** How long the slowest took. */
    readonly max: number
  }
}

/** What an event is about. */
export type TelemetryDetails = Partial<Pick<TelemetryEvent, 'taskId' | 'backend' | 'attributes'>>

/** What `startTelemetry` answers: hears of every task and block of its engine. */
export class Telemetry {
  readonly #sessionId: string
  readonly #listeners: Listeners<[TelemetryEvent]>
  readonly #counts = new Map<string, number>()
  readonly #checkpoint: Checkpoint | undefined
  #events = 0
  #completed = 0
  #seconds = 0
  #longest = 0
  #stopped = false

  /** For the engine. */
  constructor(sessionId: string, logger: Logger, checkpoint: Checkpoint | undefined) {
    this.#sessionId = sessionId
    this.#checkpoint = checkpoint
    this.#listeners = new Listeners((error, { eventType }) =>
      logger.error(`daskflow: a listener of telemetry failed for ${eventType}:`, error),
    )
  }

  /** Adds a listener for every event, from now on. One that throws is reported, and disturbs nothing. */
  subscribe(listener: TelemetryListener): Unsubscribe {
    return this.#listeners.add(listener)
  }

  /** Tells of something, as the engine does. Does nothing once it was stopped. */
  emit(eventType: string, { attributes = {}, ...about }: TelemetryDetails = {}): void {
    if (this.#stopped) return
    this.#counts.set(eventType, (this.#counts.get(eventType) ?? 0) + 1)
    const { duration_seconds: seconds } = attributes
    if (eventType === 'TaskCompleted' && seconds !== undefined) this.#measure(seconds)
    const event: TelemetryEvent = {
      eventId: ++this.#events,
      eventType,
      eventTime: Date.now(),
      sessionId: this.#sessionId,
      ...about,
      attributes,
    }
    this.#checkpoint?.add(event)
    this.#listeners.emit(event)
  }

  /** What there was until now. */
  summary(): TelemetrySummary {
    const count = this.#completed
    return {
      sessionId: this.#sessionId,
      events: Object.fromEntries(this.#counts),
      durationSeconds: { count, mean: count === 0 ? 0 : this.#seconds / count, max: this.#longest },
    }
  }

  /** Whether nothing more is told. */
  get stopped(): boolean {
    return this.#stopped
  }

  /** Nothing more is told. The engine's shutdown does it, too. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#checkpoint?.close()
  }

  #measure(seconds: number): void {
    this.#completed++
    this.#seconds += seconds
    this.#longest = Math.max(this.#longest, seconds)
  }
}

const ENDS = { DONE: 'TaskCompleted', FAILED: 'TaskFailed', CANCELLED: 'TaskCanceled' } as const

/** Where the engine tells of its tasks; costs next to nothing while nobody asked for telemetry. */
export class TelemetryHook {
  telemetry: Telemetry | undefined
  /** When it was submitted, and then when it started, on the clock of `performance`. */
  readonly #since = new WeakMap<Component, number>()

  created(component: Component, dependencies: readonly Dependency[]): void {
    if (this.telemetry === undefined) return
    const dependsOn = dependencies.map(({ uid }) => uid)
    this.#tell('TaskCreated', component, { depends_on: dependsOn })
  }

  resolved(component: Component): void {
    if (component.kind !== 'block') this.#tell('asyncflow.TaskResolved', component)
  }

  queued(component: Component): void {
    this.#tell('TaskQueued', component)
  }

  submitted(component: Component): void {
    this.#note(component)
    this.#tell('TaskSubmitted', component)
  }

  started(component: Component): void {
    this.#note(component)
    this.#tell('TaskStarted', component)
  }

  ended(component: Component): void {
    if (this.telemetry === undefined) return
    const { state, error } = component
    const since = this.#since.get(component)
    this.#tell(ENDS[state as keyof typeof ENDS], component, {
      ...(since !== undefined && { duration_seconds: (performance.now() - since) / 1_000 }),
      ...(state === 'FAILED' && describe(error)),
    })
  }

  #note(component: Component): void {
    if (this.telemetry !== undefined) this.#since.set(component, performance.now())
  }

  #tell(eventType: string, component: Component, more: Readonly<Record<string, unknown>> = {}): void {
    if (this.telemetry === undefined) return
    const { uid: taskId, record, kind, name, backend } = component
    const { executable = name, workflowId } = record
    this.telemetry.emit(eventType, {
      taskId,
      ...(backend !== undefined && { backend: backend.name }),
      attributes: {
        name,
        executable,
        task_type: kind,
        ...(workflowId !== undefined && { 'asyncflow.workflow_id': workflowId }),
        ...more,
      },
    })
  }
}

function describe(error: unknown): Pick<TelemetryAttributes, 'error' | 'error_type'> {
  return { error_type: typeOf(error), error: messageOf(error) ?? 'it says nothing' }
}

// Tasks may throw anything, also what throws when it is asked for its name.
function typeOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.name) : typeof error
  } catch {
    return typeof error
  }
}
