import type { StreamMessage } from '../stream.js'
import { addressesOf } from './assignment.js'
import type { PeerValues } from './peer-values.js'
import type { Session } from './session.js'
import { stimulus } from './stimulus.js'
import type { WorkerTasks } from './worker-tasks.js'

export interface BringingOptions {
  readonly peers: PeerValues
  readonly session: Session
  readonly tasks: WorkerTasks
  /** Tasks may have become ready. */
  readonly onArrived: () => void
}

// Before it asks again who has a value.
const ASK_AGAIN_MS = 100

/** Brings the values here that tasks wait for, and those that the scheduler wants to have here. */
export class Bringing {
  readonly #options: BringingOptions
  readonly #fetching = new Set<string>()

  constructor(options: BringingOptions) {
    this.#options = options
  }

  /** A value that tasks wait for. */
  async bring(key: string, workers: readonly string[]): Promise<void> {
    if (this.#fetching.has(key)) return
    const { peers, session, tasks, onArrived } = this.#options
    this.#fetching.add(key)
    const found = await peers.fetch(key, workers)
    this.#fetching.delete(key)
    if (found) {
      session.send({ op: 'add-keys', keys: [key], stimulus_id: stimulus('add-keys') })
      tasks.arrived(key)
      onArrived()
    } else if (tasks.needs(key) && !session.isLeaving) {
      // The scheduler knows when a worker is gone, computes what that had again, and tells who has it then.
      setTimeout(() => {
        if (tasks.needs(key)) session.send({ op: 'request-refresh-who-has', keys: [key], stimulus_id: stimulus('refresh') })
      }, ASK_AGAIN_MS)
    }
  }

  /** The scheduler says who has what, having been asked. */
  refresh(message: StreamMessage): void {
    for (const [key, workers] of Object.entries(addressesOf(message.who_has)))
      if (this.#options.tasks.needs(key)) void this.bring(key, workers)
  }

  /** The scheduler wants copies of values here. */
  async acquire(message: StreamMessage): Promise<void> {
    const { peers, session } = this.#options
    const whoHas = addressesOf(message.who_has)
    const missing = new Set(await peers.gather(whoHas))
    const keys = Object.keys(whoHas).filter((key) => !missing.has(key))
    if (keys.length > 0) session.send({ op: 'add-keys', keys, stimulus_id: message.stimulus_id })
  }
}
