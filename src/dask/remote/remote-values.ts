import { type Deferred, deferred } from '../../core/deferred.js'
import { CommClosedError, WorkerLostError } from '../../core/errors.js'
import type { Serialized } from '../protocol/message.js'
import { Gathering } from './gathering.js'
import type { RemoteTask } from './remote-task.js'
import type { SchedulerLink } from './scheduler-link.js'

// Milliseconds between two attempts to have a value, at first and at most: what is there by the scheduler's word may be on a
// worker that just ended.
const FIRST_AGAIN_MS = 20
const MOST_AGAIN_MS = 2_000

/** The values of tasks, which lie on the workers. */
export class RemoteValues {
  readonly #link: SchedulerLink
  readonly #gathering: Gathering
  readonly #isKnown: (task: RemoteTask) => boolean
  /** Those that are to be there again. */
  readonly #lost = new Map<string, Deferred<void>>()

  /** `isKnown`: whether the scheduler would tell of it. */
  constructor(link: SchedulerLink, isKnown: (task: RemoteTask) => boolean) {
    this.#link = link
    this.#isKnown = isKnown
    this.#gathering = new Gathering(link)
  }

  /**
   * Brings one here, as it is sent. Where its worker is lost meanwhile, the scheduler has it computed again.
   *
   * @throws what it is lost with
   */
  async of(task: RemoteTask): Promise<Serialized> {
    for (let ms = FIRST_AGAIN_MS; ; ms = Math.min(2 * ms, MOST_AGAIN_MS)) {
      try {
        return await this.#gathering.value(task.key)
      } catch (error) {
        if (task.status === 'erred') throw task.error
        const isLost = error instanceof WorkerLostError || (error instanceof CommClosedError && !(await this.#link.isGone(error)))
        if (!isLost || !this.#isKnown(task)) throw error
      }
      await this.#again(task.key)
      await new Promise<void>((resolve) => setTimeout(resolve, ms))
    }
  }

  /** It is in the memory of a worker. */
  arrived(key: string): void {
    this.#lost.get(key)?.resolve()
    this.#lost.delete(key)
  }

  /** It will not be there any more. */
  gone(key: string, whyOf: () => unknown): void {
    const waiting = this.#lost.get(key)
    this.#lost.delete(key)
    waiting?.reject(whyOf())
  }

  close(error: unknown): void {
    for (const key of this.#lost.keys()) this.gone(key, () => error)
  }

  /** Resolves when the scheduler says that it has it. */
  #again(key: string): Promise<void> {
    const waiting = this.#lost.get(key) ?? deferred()
    this.#lost.set(key, waiting)
    // It says so at once where it does.
    this.#link.send({ op: 'client-desires-keys', keys: [key], client: this.#link.id })
    return waiting.promise
  }
}
