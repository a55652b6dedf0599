import type { ExecutionBackend, ShutdownOptions, WorkflowSession } from '../core/backend.js'
import { ValueError } from '../core/errors.js'
import type { StateMapper, TaskState } from '../core/states.js'
import type { Unsubscribe } from '../core/subscribable.js'
import type { TaskRecord } from '../core/task.js'
import { Outbox, type OutboxHooks } from './outbox.js'

export interface BackendHooks extends OutboxHooks {
  /** A task changed its state; `undefined` where the backend's word for it is not known. */
  onState(backend: AttachedBackend, task: TaskRecord, state: TaskState | undefined, word: unknown): void
  onProgress(backend: AttachedBackend, task: TaskRecord, progress: unknown): void
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
  readonly #ends: readonly (Unsubscribe | undefined)[]

  /** @throws what the backend throws; {ValueError} while another engine uses it */
  constructor(backend: ExecutionBackend, session: WorkflowSession, hooks: BackendHooks) {
    if (attached.has(backend)) {
      throw new ValueError(`Backend '${backend.name}' is used by another engine. Shut that down, or give each its own.`)
    }
    this.backend = backend
    this.outbox = new Outbox(backend, hooks)
    this.#states = backend.getTaskStatesMap()
    const detach = backend.attach?.(session)
    const { onProgress } = backend as Partial<Progressive>
    this.#ends = [
      backend.registerCallback((task, state) => hooks.onState(this, task, this.#mainStateOf(state), state)),
      onProgress?.call(backend, (task, progress) => hooks.onProgress(this, task, progress)),
      detach,
      () => attached.delete(backend),
    ]
    attached.add(backend)
  }

  get name(): string {
    return this.backend.name
  }

  /** Stops to listen to it. It may be used by another engine then. */
  detach(): void {
    // Of a backend of somebody else's, a callback may not be taken back.
    for (const end of this.#ends) end?.()
  }

  async shutdown(options?: ShutdownOptions): Promise<void> {
    return this.backend.shutdown(options)
  }

  #mainStateOf(word: unknown): TaskState | undefined {
    try {
      return this.#states.toMainState(word)
    } catch {
      return undefined
    }
  }
}
