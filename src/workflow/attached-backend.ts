import type { ExecutionBackend, ShutdownOptions, WorkflowSession } from '../core/backend.js'
import { ValueError } from '../core/errors.js'
import type { StateMapper, TaskState } from '../core/states.js'
import { guard, type Unsubscribe } from '../core/subscribable.js'
import type { TaskRecord } from '../core/task.js'
import { Outbox, type OutboxHooks } from './outbox.js'

export interface BackendHooks extends OutboxHooks {
  /** A task changed its state; `undefined` where the backend's word for it is not known. */
  onState(backend: AttachedBackend, task: TaskRecord, state: TaskState | undefined, word: unknown): void
  onProgress(backend: AttachedBackend, task: TaskRecord, progress: unknown): void
  /** It could not be told that nobody listens any more. */
  onDetachFailed(backend: AttachedBackend, error: unknown): void
}

/** What backends may have beside the contract: `DaskExecutionBackend` does. */
interface Progressive {
  onProgress(listener: (task: TaskRecord, progress: unknown) => void): Unsubscribe
}

// Two engines that use one backend would hear of each other's tasks, whose uids are alike.
const attached = new WeakSet<ExecutionBackend>()

/** A backend that an engine uses. */
export class AttachedBackend {
  readonly backend: ExecutionBackend
  readonly outbox: Outbox
  readonly #states: StateMapper
  readonly #ends: unknown[] = []
  readonly #hooks: BackendHooks

  /** @throws what the backend throws; {ValueError} while another engine uses it */
  constructor(backend: ExecutionBackend, session: WorkflowSession, hooks: BackendHooks) {
    if (attached.has(backend)) {
      throw new ValueError(`Backend '${backend.name}' is used by another engine. Shut that down, or give each its own.`)
    }
    this.backend = backend
    this.#hooks = hooks
    this.outbox = new Outbox(backend, hooks)
    this.#states = backend.getTaskStatesMap()
    try {
      this.#attach(session)
    } catch (error) {
      this.detach()
      throw error
    }
  }

  get name(): string {
    return this.backend.name
  }

  /** Stops to listen to it. It may be used by another engine then. Never throws. */
  detach(): void {
    for (const end of this.#ends.splice(0)) {
      // Backends of somebody else's may answer anything, or nothing.
      if (typeof end === 'function')
        guard(
          () => end(),
          (error) => this.#hooks.onDetachFailed(this, error),
        )
    }
  }

  async shutdown(options?: ShutdownOptions): Promise<void> {
    return this.backend.shutdown(options)
  }

  #attach(session: WorkflowSession): void {
    const { backend } = this
    attached.add(backend)
    this.#ends.push(() => attached.delete(backend))
    this.#ends.push(backend.attach?.(session))
    this.#ends.push(backend.registerCallback((task, state) => this.#hooks.onState(this, task, this.#mainStateOf(state), state)))
    const { onProgress } = backend as Partial<Progressive>
    this.#ends.push(onProgress?.call(backend, (task, progress) => this.#hooks.onProgress(this, task, progress)))
  }

  #mainStateOf(word: unknown): TaskState | undefined {
    try {
      return this.#states.toMainState(word)
    } catch {
      return undefined
    }
  }
}
