import type { ConnectOptions, Connector } from '../core/connector.js'
import { CommClosedError } from '../core/errors.js'
import { Comm } from './comm.js'

/** A connection on which one question at a time is asked. */
class Line {
  readonly #comm: Comm
  #answer: ((message: unknown) => void) | undefined
  #refuse: ((error: CommClosedError) => void) | undefined
  #ended: CommClosedError | undefined

  constructor(comm: Comm) {
    this.#comm = comm
    comm.onMessage((message) => {
      const answer = this.#answer
      this.#answer = this.#refuse = undefined
      answer?.(message)
    })
    void comm.closed.then((error) => {
      this.#ended = error
      this.#refuse?.(error)
    })
  }

  get closed(): Promise<CommClosedError> {
    return this.#comm.closed
  }

  async ask(request: object): Promise<unknown> {
    if (this.#ended !== undefined) throw this.#ended
    const answered = new Promise((resolve, reject) => {
      this.#answer = resolve
      this.#refuse = reject
    })
    // Whoever waits for the answer waits; a line that rests keeps no process alive.
    this.#comm.hold(true)
    try {
      this.#comm.send(request)
      return await answered
    } finally {
      this.#comm.hold(false)
    }
  }

  tell(message: unknown): void {
    this.#comm.send(message)
  }

  close(): void {
    this.#comm.close()
  }
}

// A machine that is gone may not even refuse.
const CONNECT_MS = 10_000

export interface AskOptions {
  /** What it waits to hear when it has answered. */
  readonly thanks?: ((answer: unknown) => unknown) | undefined
  /** Milliseconds that the answer may take. */
  readonly timeout?: number | undefined
}

/** Asks processes of a cluster, each on as many connections as there are questions at a time. */
export class Rpc {
  readonly #connector: Connector
  readonly #options: ConnectOptions
  readonly #idle = new Map<string, Line[]>()
  readonly #open = new Set<Line>()
  #closed = false

  constructor(connector: Connector, options: ConnectOptions) {
    this.#connector = connector
    this.#options = options
  }

  /** Answers what it says to that. @throws {CommClosedError} when it cannot be reached, ends meanwhile, or takes too long */
  async ask(address: string, request: object, { thanks, timeout }: AskOptions = {}): Promise<unknown> {
    const line = this.#idle.get(address)?.pop() ?? (await this.#connect(address))
    const timer = timeout === undefined ? undefined : setTimeout(() => line.close(), timeout)
    try {
      const answer = await line.ask(request)
      const word = thanks?.(answer)
      if (word !== undefined) line.tell(word)
      this.#rest(address, line)
      return answer
    } catch (error) {
      // What it may still say would be taken for the answer to the next.
      line.close()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  close(): void {
    this.#closed = true
    for (const line of this.#open) line.close()
  }

  async #connect(address: string): Promise<Line> {
    if (this.#closed) throw closedError(address)
    const line = new Line(await this.#dial(address))
    if (this.#closed) {
      line.close()
      throw closedError(address)
    }
    this.#open.add(line)
    void line.closed.then(() => {
      this.#open.delete(line)
      const idle = this.#idle.get(address)?.filter((other) => other !== line) ?? []
      if (idle.length > 0) this.#idle.set(address, idle)
      else this.#idle.delete(address)
    })
    return line
  }

  async #dial(address: string): Promise<Comm> {
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), CONNECT_MS)
    const stop = () => limit.abort()
    this.#options.signal?.addEventListener('abort', stop, { once: true })
    if (this.#options.signal?.aborted) stop()
    try {
      return await Comm.connect(this.#connector, address, { ...this.#options, signal: limit.signal })
    } finally {
      clearTimeout(timer)
      this.#options.signal?.removeEventListener('abort', stop)
    }
  }

  #rest(address: string, line: Line): void {
    if (this.#closed) line.close()
    else if (!this.#open.has(line)) return
    else {
      const idle = this.#idle.get(address)
      if (idle === undefined) this.#idle.set(address, [line])
      else idle.push(line)
    }
  }
}

function closedError(address: string): CommClosedError {
  return new CommClosedError(`${address} was not asked: the connection to the cluster is closed`, { address })
}
