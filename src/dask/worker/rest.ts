import type { Session } from './session.js'

/** `python`: it was given a task of Python's. `memory`: its process holds too much. */
export type Reason = 'python' | 'memory'

/** When a worker asks for no further tasks: for as long as there is a reason. */
export class Rest {
  readonly #session: Session
  readonly #onOver: () => void
  readonly #reasons = new Set<Reason>()

  /** `onOver`: called when there is none any more. */
  constructor(session: Session, onOver: () => void) {
    this.#session = session
    this.#onOver = onOver
  }

  /** Whether that is one of the reasons. */
  isFor(reason: Reason): boolean {
    return this.#reasons.has(reason)
  }

  begin(reason: Reason): void {
    if (this.#reasons.size === 0) this.#session.tellStatus('paused')
    this.#reasons.add(reason)
  }

  end(reason: Reason): void {
    if (!this.#reasons.delete(reason) || this.#reasons.size > 0) return
    this.#session.tellStatus('running')
    this.#onOver()
  }
}
