import type { Session } from './session.js'

// How long a worker rests that was given a task of Python's, at first and at most.
const FIRST_MS = 100
const MOST_MS = 4_000

/** When a worker asks for no further tasks. */
export class Rest {
  readonly #session: Session
  readonly #onOver: () => void
  #ms = FIRST_MS
  #timer: TimerHandle | undefined

  constructor(session: Session, onOver: () => void) {
    this.#session = session
    this.#onOver = onOver
  }

  /** It was given a task of Python's. The scheduler would choose it again at once, so that it rests for a while. */
  begin(): void {
    this.#session.tellStatus('paused')
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#session.tellStatus('running')
      this.#onOver()
    }, this.#ms)
    this.#ms = Math.min(2 * this.#ms, MOST_MS)
  }

  /** It did a task of its own. */
  worked(): void {
    this.#ms = FIRST_MS
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}
