import type { Rest } from './rest.js'
import type { Session } from './session.js'
import { stimulus } from './stimulus.js'

// How long a worker rests that was given a task of Python's, at first and at most.
const FIRST_MS = 100
const MOST_MS = 4_000

/**
 * Hands tasks of Python's back, which the scheduler took for some that anybody can run. It would choose the same worker again at
 * once, so that this one rests for a while, and longer each time that it has done nothing of its own meanwhile.
 */
export class Refusals {
  readonly #session: Session
  readonly #rest: Rest
  #ms = FIRST_MS
  #timer: TimerHandle | undefined

  constructor(session: Session, rest: Rest) {
    this.#session = session
    this.#rest = rest
  }

  refuse(key: string): void {
    if (!this.#rest.isFor('python')) {
      this.#rest.begin('python')
      this.#timer = setTimeout(() => this.#rest.end('python'), this.#ms)
      this.#ms = Math.min(2 * this.#ms, MOST_MS)
    }
    this.#session.send({ op: 'reschedule', key, stimulus_id: stimulus('reschedule') })
  }

  /** It did a task of its own. */
  worked(): void {
    this.#ms = FIRST_MS
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}
