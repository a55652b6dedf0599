import type { CommClosedError } from '../../core/errors.js'
import { isRecord } from '../../core/record.js'
import type { Comm } from './comm.js'

/** What both sides say in a stream. */
export interface StreamMessage {
  readonly op: string
  readonly [key: string]: unknown
}

/** A conversation in which both sides speak when they have something to say. What is said in one turn goes as one. */
export class Stream {
  readonly closed: Promise<CommClosedError>
  readonly #comm: Comm
  #waiting: object[] = []

  /** `listener` gets what comes together together. */
  constructor(comm: Comm, listener: (messages: readonly StreamMessage[]) => void) {
    this.#comm = comm
    this.closed = comm.closed
    comm.onMessage((message) => listener((Array.isArray(message) ? message : [message]).filter(isStreamMessage)))
  }

  send(...messages: readonly object[]): void {
    if (this.#waiting.length === 0) queueMicrotask(() => this.flush())
    this.#waiting.push(...messages)
  }

  flush(): void {
    const messages = this.#waiting
    this.#waiting = []
    if (messages.length > 0) this.#comm.send(messages)
  }

  /** Whether it keeps the process alive. */
  hold(alive: boolean): void {
    this.#comm.hold(alive)
  }

  close(): void {
    this.flush()
    this.#comm.close()
  }
}

function isStreamMessage(message: unknown): message is StreamMessage {
  return isRecord(message) && typeof message.op === 'string'
}
