import type { TaskCanceledError } from '../core/errors.js'
import { Pending } from '../core/pending.js'
import type { TaskRecord } from '../core/task.js'
import type { CallArguments } from './arguments.js'
import type { AttachedBackend } from './attached-backend.js'
import type { Definition } from './definition.js'
import type { Dependency } from './dependency.js'
import { type Outcome, Vertex } from './graph.js'
import type { Scope } from './scope.js'

/** What a task or block is: what its body runs, and where. */
export type Kind = 'function' | 'executable' | 'prompt' | 'block'

/** As AsyncFlow's futures spell them. */
export type ComponentState = 'PENDING' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED'

const OUTCOMES = { DONE: 'done', FAILED: 'failed', CANCELLED: 'canceled' } as const satisfies Record<string, Outcome>
export type EndState = keyof typeof OUTCOMES

/** What it was called with. */
export interface CallInput {
  readonly definition: Definition
  readonly args: CallArguments
}

/** A task or block of a workflow, from its call on. */
export class Component extends Pending implements Dependency {
  /** What it runs. */
  readonly kind: Kind
  /** What the backend is given, and writes on. */
  readonly record: TaskRecord
  /** Its place in the graph. */
  readonly vertex: Vertex<Dependency> = new Vertex<Dependency>(this)
  /** How far it is. */
  state: ComponentState = 'PENDING'
  /** Which runs it; `undefined` of a block, which runs here. */
  readonly backend: AttachedBackend | undefined
  /** What it answered. */
  value: unknown
  /** Why it did not. */
  error: unknown
  /** What it was called with, until it has ended. */
  input: CallInput | undefined
  /** Where it was called. */
  scope: Scope | undefined
  /** Whether its backend knows of it. */
  submitted = false
  /** Somebody asked its backend to cancel it: what it ends with then. */
  cancellation: TaskCanceledError | undefined
  /** Tells that somebody hears how it ended, after all. */
  onHeard: (() => void) | undefined
  #heard = false
  /** What is cancelled with it: the block that it is a member of. */
  block: Component | undefined
  /** Of a block: what it started and has not ended. */
  readonly members: Set<Component> | undefined
  /** Of a block: tells its body. */
  abort: ((reason: unknown) => void) | undefined

  constructor(
    kind: Kind,
    record: TaskRecord,
    input: CallInput | undefined,
    at: { scope?: Scope | undefined; backend?: AttachedBackend | undefined },
  ) {
    super()
    this.kind = kind
    this.record = record
    this.input = input
    this.scope = at.scope
    this.backend = at.backend
    this.members = kind === 'block' ? new Set() : undefined
  }

  /** Whether anybody heard, or will hear, how it ended. */
  get heard(): boolean {
    return this.#heard
  }

  /** Somebody has asked for its outcome. */
  hear(): void {
    this.#heard = true
    this.onHeard?.()
    this.onHeard = undefined
  }

  get uid(): string {
    return this.record.uid
  }

  /** That of its record; its uid, where that has none. */
  get name(): string {
    return this.record.name as string
  }

  /** Whether it has its outcome. */
  get ended(): boolean {
    return this.vertex.outcome !== undefined
  }

  /** What it answered, as its backend wrote it on the record. */
  resultOf({ returnValue, stdout }: TaskRecord): unknown {
    if (this.kind === 'function') return returnValue
    return this.kind === 'prompt' ? (returnValue ?? stdout) : stdout
  }

  /** Answers what waits for nothing any more. */
  settle(state: EndState, result: unknown): readonly Vertex<Dependency>[] {
    this.state = state
    if (state === 'DONE') this.value = result
    else this.error = result
    const freed = this.vertex.settle(OUTCOMES[state])
    this.block?.members?.delete(this)
    // Whoever keeps its future must not keep what it was made of.
    this.input = this.scope = this.abort = undefined
    this.tellSettled()
    return freed
  }
}
