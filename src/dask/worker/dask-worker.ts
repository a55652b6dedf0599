import { ClusterError } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import { messageOf } from '../../core/message-of.js'
import { BackOff, pause } from './back-off.js'
import { Membership, type MembershipOptions } from './membership.js'

export interface DaskWorkerParts extends MembershipOptions {
  /** Milliseconds that it waits for a scheduler. Absent: one must be there when it starts, and may be gone later for any time. */
  readonly deathTimeout?: number | undefined
}

/** A worker of a Dask cluster whose tasks are JavaScript's. When its scheduler is lost it joins again, as a new worker. */
export class BaseDaskWorker {
  /** What the scheduler and its dashboard call it. */
  readonly name: string
  /** The address of its scheduler. */
  readonly scheduler: string
  /**
   * Resolves once, when it is no worker any more and its threads have ended: with the reason where it waited for a scheduler in
   * vain. Never rejects.
   */
  readonly closed: Promise<Error | undefined>
  readonly #parts: DaskWorkerParts
  readonly #logger: Logger
  /** Aborts when it was told to end. */
  readonly #ending = new AbortController()
  #membership: Membership

  protected constructor(parts: DaskWorkerParts, first: Membership) {
    this.name = parts.name
    this.scheduler = parts.address
    this.#parts = parts
    this.#logger = parts.logger
    this.#membership = first
    this.closed = this.#stay().finally(() => parts.cluster.close())
  }

  /** @throws {CommClosedError | ClusterError} saying what is wrong there */
  protected static async join(parts: DaskWorkerParts): Promise<Membership> {
    try {
      const never = new AbortController().signal
      return parts.deathTimeout === undefined ? await Membership.begin(parts, never) : await beginWithin(parts, never)
    } catch (error) {
      await parts.cluster.close()
      throw error
    }
  }

  /** Under which others reach it. It is another each time that it joins. */
  get address(): string {
    return this.#membership.address
  }

  /** Hands what it has to others, as far as the scheduler sees to that, and leaves. */
  async retire(): Promise<void> {
    this.#ending.abort()
    await this.#membership.retire()
    await this.closed
  }

  /** Leaves at once. */
  async close(): Promise<void> {
    this.#ending.abort()
    await this.#membership.close()
    await this.closed
  }

  async #stay(): Promise<Error | undefined> {
    const { signal } = this.#ending
    for (;;) {
      const lost = await this.#membership.closed
      if (lost === undefined || signal.aborted) return undefined
      this.#logger.warn(`Worker '${this.name}' has lost its scheduler, and joins again when there is one. ${lost.message}`)
      try {
        this.#membership = await beginWithin(this.#parts, signal)
      } catch (error) {
        return signal.aborted ? undefined : (error as Error)
      }
      this.#logger.warn(`Worker '${this.name}' has joined again, at ${this.address}`)
      if (signal.aborted) await this.#membership.close()
    }
  }
}

/** Joins as soon as that can be done. @throws the last failure, when it takes too long, or the signal aborts */
async function beginWithin(parts: DaskWorkerParts, signal: AbortSignal): Promise<Membership> {
  const { name, logger, deathTimeout = Number.POSITIVE_INFINITY } = parts
  const end = performance.now() + deathTimeout
  const backOff = new BackOff()
  let told: string | undefined
  for (;;) {
    try {
      return await Membership.begin({ ...parts, timeout: Math.min(parts.timeout, Math.max(1, end - performance.now())) }, signal)
    } catch (error) {
      const ms = backOff.next()
      if (signal.aborted || isHopeless(error) || performance.now() + ms > end) throw error
      const why = messageOf(error)
      if (why !== told) logger.warn(`Worker '${name}' could not join, and tries again. ${why}`)
      told = why
      await pause(ms, signal)
    }
  }
}

// A scheduler of such a version will not be another one in a while.
function isHopeless(error: unknown): boolean {
  return error instanceof ClusterError && error.code === 'ERR_NOT_SUPPORTED'
}
