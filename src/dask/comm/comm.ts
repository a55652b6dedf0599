import type { Connection, ConnectOptions, Connector } from '../../core/connector.js'
import { CommClosedError } from '../../core/errors.js'
import { messageOf } from '../../core/message-of.js'
import { decodeMessage, encodeMessage } from '../protocol/message.js'

// Of Python and its pickles: what we write is of protocol 4, and compressed by nobody.
const HANDSHAKE = { compression: null, python: [3, 11, 0], 'pickle-protocol': 4 }

/** A conversation with another process of a Dask cluster. */
export class Comm {
  readonly address: string
  /** Resolves once, with why it ended. */
  readonly closed: Promise<CommClosedError>
  readonly #connection: Connection
  #receive: (message: unknown) => void
  /** What came before anybody listened: who connects may ask in the same breath in which he greets. */
  #early: unknown[] = []
  #failure: Error | undefined

  private constructor(connection: Connection) {
    this.address = connection.address
    this.#connection = connection
    this.#receive = (message) => this.#early.push(message)
    this.closed = connection.closed.then((cause) => commClosed(this.address, this.#failure ?? cause))
  }

  /** @throws {CommClosedError} when nobody answers there as Dask does */
  static async connect(connector: Connector, address: string, options: ConnectOptions): Promise<Comm> {
    try {
      const connection = await connector.connect(address, options)
      // Where certificates are asked for, a connection opens first and is refused when it is first read.
      return await Comm.greet(connection, options.signal)
    } catch (cause) {
      const why = cause instanceof CommClosedError ? (cause.cause ?? 'it was closed') : cause
      throw new CommClosedError(`Could not connect to ${address}: ${messageOf(why)}`, { address, cause })
    }
  }

  /** Says what we speak, and hears what the other side does. @throws {CommClosedError} */
  static async greet(connection: Connection, signal?: AbortSignal): Promise<Comm> {
    const comm = new Comm(connection)
    const stop = () => comm.#fail(new Error('It took too long'))
    signal?.addEventListener('abort', stop, { once: true })
    try {
      const greeting = new Promise<void>((resolve) => {
        connection.onMessage((frames) => {
          connection.onMessage((next) => comm.#decode(next))
          comm.#decode(frames)
          resolve()
        })
      })
      comm.send(HANDSHAKE)
      await Promise.race([greeting, comm.closed.then((error) => Promise.reject(error))])
      // What the other side speaks is known by what it says of its versions.
      comm.#early.shift()
      return comm
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  /** Gets all messages from now on. */
  onMessage(listener: (message: unknown) => void): void {
    this.#receive = listener
    for (const message of this.#early.splice(0)) listener(message)
  }

  /** The next message. What comes after it waits until somebody listens. @throws {CommClosedError} */
  async next(): Promise<unknown> {
    const message = new Promise<unknown>((resolve) => {
      this.#receive = (first) => {
        this.#receive = (later) => this.#early.push(later)
        resolve(first)
      }
      for (const early of this.#early.splice(0)) this.#receive(early)
    })
    return Promise.race([message, this.closed.then((error) => Promise.reject(error))])
  }

  /** The address of this machine by which it leads there, where that is known. */
  get localHost(): string | undefined {
    return this.#connection.localHost
  }

  send(message: unknown): void {
    this.#connection.send(encodeMessage(message))
  }

  /** Whether it keeps the process alive. */
  hold(alive: boolean): void {
    this.#connection.hold(alive)
  }

  close(): void {
    this.#connection.close()
  }

  #decode(frames: readonly Uint8Array[]): void {
    if (this.#failure !== undefined) return
    let message: unknown
    try {
      message = decodeMessage(frames)
    } catch (error) {
      // What follows a message that cannot be read has no meaning either.
      this.#fail(error)
      return
    }
    this.#receive(message)
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(messageOf(error))
    this.#connection.close()
  }
}

/** What a promise resolves to. @throws {CommClosedError} when that takes until the signal aborts */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal, address: string): Promise<T> {
  let stop = () => {}
  const late = new Promise<never>((_, reject) => {
    stop = () => reject(new CommClosedError(`${address} did not answer in time`, { address }))
    signal.addEventListener('abort', stop, { once: true })
  })
  if (signal.aborted) stop()
  try {
    return await Promise.race([promise, late])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function commClosed(address: string, cause: Error | undefined): CommClosedError {
  const why = cause === undefined ? 'it was closed' : messageOf(cause)
  return new CommClosedError(`The connection to ${address} ended: ${why}`, { address, ...(cause && { cause }) })
}
