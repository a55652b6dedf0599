import type { ShutdownOptions } from '../core/backend.js'
import { ClusterError } from '../core/errors.js'

/** Whether a backend takes tasks that needs nothing to do so: from its construction to its shutdown, and from a start on. */
export class BackendLife {
  readonly #name: string
  #closed = false
  #stopping: Promise<void> | undefined
  /** Ends a wait for what is live. */
  #hurry: () => void = () => {}

  /** `name`: the backend's, for messages. */
  constructor(name: string) {
    this.#name = name
  }

  /** Also where a start waits for the end of a shutdown. */
  get closed(): boolean {
    return this.#closed || this.#stopping !== undefined
  }

  /** @throws {ClusterError} `ERR_CLOSED` */
  checkOpen(): void {
    if (this.closed) throw this.#closedError()
  }

  /** Does nothing where it is open. @throws {ClusterError} `ERR_CLOSED` when it was shut down meanwhile */
  async open(): Promise<void> {
    this.#closed = false
    if (this.#stopping !== undefined) await this.#stopping
    if (this.#closed) throw this.#closedError()
  }

  /**
   * `drained` resolves when nothing is live, at the latest in some milliseconds; it is asked for with `drain`. Then, or when
   * a further call does not drain, `end` ends what is left. Never rejects, as `end` MUST NOT.
   */
  close(
    { drain = false, timeout }: ShutdownOptions,
    drained: (ms: number | undefined) => Promise<void>,
    end: () => Promise<unknown>,
  ): Promise<void> {
    this.#closed = true
    this.#stopping ??= this.#close(end)
    // Whoever waits least of those that call.
    if (drain) void drained(timeout ?? undefined).then(() => this.#hurry())
    else this.#hurry()
    return this.#stopping
  }

  async #close(end: () => Promise<unknown>): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#hurry = resolve
    })
    await end()
    this.#stopping = undefined
  }

  #closedError(): ClusterError {
    return new ClusterError(`Backend '${this.#name}' is shut down. Call start() to use it again.`, { code: 'ERR_CLOSED' })
  }
}
