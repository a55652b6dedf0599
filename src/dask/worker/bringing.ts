import type { Rpc } from '../comm/rpc.js'
import type { StreamMessage } from '../comm/stream.js'
import { addressesOf, amountsOf } from './assignment.js'
import { PeerValues, type Sizes, type WhoHas } from './peer-values.js'
import type { Session } from './session.js'
import { stimulus } from './stimulus.js'
import type { ValueStore } from './value-store.js'
import type { WorkerTasks } from './worker-tasks.js'

export interface BringingOptions {
  readonly rpc: Rpc
  readonly store: ValueStore
  readonly session: Session
  readonly tasks: WorkerTasks
  /** Of the worker. */
  readonly address: string
  readonly maxBytes: number
  /** Tasks may have become ready. */
  readonly onArrived: () => void
}

// Before it asks again who has a value.
const ASK_AGAIN_MS = 100

/** Brings the values here that tasks wait for, and those that the scheduler wants to have here. */
export class Bringing {
  readonly #options: BringingOptions
  readonly #peers: PeerValues
  /** Those of which nobody is known to have them. */
  readonly #missing = new Set<string>()
  #timer: TimerHandle | undefined

  constructor(options: BringingOptions) {
    const { rpc, store, address, maxBytes } = options
    this.#options = options
    this.#peers = new PeerValues({
      rpc,
      store,
      address,
      maxBytes,
      onArrived: (keys) => this.#arrived(keys),
      onMissing: (key) => this.#lost(key),
    })
  }

  /** Values that tasks wait for. */
  bring(keys: readonly string[], whoHas: WhoHas, sizes: Sizes): void {
    for (const key of keys) this.#peers.bring(key, whoHas[key] ?? [], sizes[key])
  }

  /** The scheduler says who has what, having been asked. */
  refresh(message: StreamMessage): void {
    const whoHas = addressesOf(message.who_has)
    const needed = Object.keys(whoHas).filter((key) => this.#options.tasks.needs(key))
    this.bring(needed, whoHas, {})
  }

  /** The scheduler wants copies of values here. */
  acquire(message: StreamMessage): void {
    const { store } = this.#options
    const whoHas = addressesOf(message.who_has)
    const keys = Object.keys(whoHas)
    const missing = keys.filter((key) => !store.has(key))
    this.#tell(keys.filter((key) => store.has(key)))
    this.bring(missing, whoHas, amountsOf(message.nbytes))
  }

  /** Resolves to those that nobody has. */
  gather(whoHas: WhoHas): Promise<readonly string[]> {
    return this.#peers.gather(whoHas)
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#peers.close()
  }

  #arrived(keys: readonly string[]): void {
    this.#tell(keys)
    for (const key of keys) this.#options.tasks.arrived(key)
    this.#options.onArrived()
  }

  #tell(keys: readonly string[]): void {
    if (keys.length > 0) this.#options.session.send({ op: 'add-keys', keys, stimulus_id: stimulus('add-keys') })
  }

  /** The scheduler knows when a worker is gone, computes what that had again, and tells who has it then. */
  #lost(key: string): void {
    this.#missing.add(key)
    if (this.#missing.size > 1) return
    this.#timer = setTimeout(() => {
      const { tasks, session } = this.#options
      const keys = [...this.#missing].filter((missing) => tasks.needs(missing))
      this.#missing.clear()
      if (keys.length > 0) session.send({ op: 'request-refresh-who-has', keys, stimulus_id: stimulus('refresh') })
    }, ASK_AGAIN_MS)
  }
}
