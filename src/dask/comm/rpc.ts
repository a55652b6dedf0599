import type { Connector, Identity } from '../../core/connector.js'
import { CommClosedError } from '../../core/errors.js'
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

// A process has only so many open files, for all who ask it.
const MOST_LINES = 16
const MOST_IDLE = 4

/** What is asked of one process. */
interface Desk {
  /** Lines that are open, or about to be. */
  lines: number
  readonly idle: Line[]
  /** Those for whom there was no line. */
  readonly waiting: (() => void)[]
}

/** Asks processes of a cluster, each on several connections. Who comes when all are busy waits for one. */
export class Rpc {
  readonly #connector: Connector
  readonly #identity: Identity
  readonly #most: number
  readonly #desks = new Map<string, Desk>()
  readonly #open = new Set<Line>()
  readonly #dials = new Set<AbortController>()
  #closed = false

  /** @param most questions at a time to one process */
  constructor(connector: Connector, identity: Identity = {}, most = MOST_LINES) {
    this.#connector = connector
    this.#identity = identity
    this.#most = most
  }

  /** Answers what it says to that. @throws {CommClosedError} when it cannot be reached, ends meanwhile, or takes too long */
  async ask(address: string, request: object, { thanks, timeout }: AskOptions = {}): Promise<unknown> {
    const line = await this.#lineTo(address)
    const timer = timeout === undefined ? undefined : setTimeout(() => line.close(), timeout)
    try {
      const answer = await line.ask(request)
      const word = thanks?.(answer)
      if (word !== undefined) line.tell(word)
      this.#rest(address, line)
      return answer
    } catch (error) {
      // What it may still say would be taken for the answer to the next.
      this.#leave(address, line)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  close(): void {
    this.#closed = true
    for (const dial of this.#dials) dial.abort()
    for (const line of this.#open) line.close()
    for (const { waiting } of this.#desks.values()) for (const goOn of waiting.splice(0)) goOn()
  }

  async #lineTo(address: string): Promise<Line> {
    const desk = this.#desks.get(address) ?? { lines: 0, idle: [], waiting: [] }
    this.#desks.set(address, desk)
    for (;;) {
      if (this.#closed) throw closedError(address)
      const idle = desk.idle.pop()
      if (idle !== undefined) return idle
      if (desk.lines < this.#most) break
      await new Promise<void>((resolve) => desk.waiting.push(resolve))
    }
    desk.lines++
    try {
      return await this.#connect(address, desk)
    } catch (error) {
      this.#letNext(address, desk)
      throw error
    }
  }

  async #connect(address: string, desk: Desk): Promise<Line> {
    const line = new Line(await this.#dial(address))
    if (this.#closed) {
      line.close()
      throw closedError(address)
    }
    this.#open.add(line)
    void line.closed.then(() => {
      this.#open.delete(line)
      const at = desk.idle.indexOf(line)
      // One that is in use is left by who uses it.
      if (at < 0) return
      desk.idle.splice(at, 1)
      this.#letNext(address, desk)
    })
    return line
  }

  async #dial(address: string): Promise<Comm> {
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), CONNECT_MS)
    this.#dials.add(limit)
    try {
      return await Comm.connect(this.#connector, address, { ...this.#identity, signal: limit.signal })
    } finally {
      clearTimeout(timer)
      this.#dials.delete(limit)
    }
  }

  #rest(address: string, line: Line): void {
    const desk = this.#desks.get(address) as Desk
    if (this.#closed || !this.#open.has(line) || (desk.waiting.length === 0 && desk.idle.length >= MOST_IDLE)) {
      this.#leave(address, line)
      return
    }
    desk.idle.push(line)
    desk.waiting.shift()?.()
  }

  #leave(address: string, line: Line): void {
    this.#open.delete(line)
    line.close()
    this.#letNext(address, this.#desks.get(address) as Desk)
  }

  /** One line less. */
  #letNext(address: string, desk: Desk): void {
    desk.lines--
    const next = desk.waiting.shift()
    if (next !== undefined) next()
    else if (desk.lines === 0 && this.#desks.get(address) === desk) this.#desks.delete(address)
  }
}

function closedError(address: string): CommClosedError {
  return new CommClosedError(`${address} was not asked: the connection to the cluster is closed`, { address })
}
