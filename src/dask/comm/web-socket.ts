import type { Connection } from '../../core/connector.js'
import { packWsFrames, WsFrameReader } from '../protocol/ws-frames.js'

/** What is used of a `WebSocket`. Its binary messages MUST come as bytes: `binaryType` is for whoever makes it to set. */
export interface WebSocketLike {
  send(message: Uint8Array): void
  close(): void
  addEventListener(type: 'open' | 'message' | 'error' | 'close', listener: (event: WebSocketEvent) => void): void
}

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined
  /** Called with whether the process is to stay alive for it. */
  readonly hold?: ((alive: boolean) => void) | undefined
  /** Says in better words why it failed. */
  readonly explain?: ((error: Error) => Error) | undefined
}

/** What a platform says that forbids one, which is nothing. */
export const NOT_LET =
  'it was not let open: connect-src of a Content-Security-Policy must allow it, and a page of https: needs wss:'

// Nobody said why it ended: 1000 is an end that was wanted, 1005 one without a word, 1006 one without a goodbye.
const NORMAL = new Set([1000, 1005])

/** Dask's messages over a WebSocket: each a number of frames, and then the frames. */
export class WebSocketConnection implements Connection {
  readonly address: string
  readonly closed: Promise<Error | undefined>
  readonly #socket: WebSocketLike
  readonly #hold: (alive: boolean) => void
  #listener: ((frames: readonly Uint8Array[]) => void) | undefined
  /** What came before anybody listened. */
  #early: (readonly Uint8Array[])[] = []
  #failure: Error | undefined
  #open = false

  /** Resolves when it is open. Rejects with why it did not. */
  static async open(address: string, socket: WebSocketLike, { signal, ...how }: OpenOptions): Promise<WebSocketConnection> {
    const connection = new WebSocketConnection(address, socket, how)
    const stop = () => connection.#fail(new Error('It took too long'))
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    try {
      const opened = new Promise<void>((resolve) => socket.addEventListener('open', () => resolve()))
      const refused = connection.closed.then((error) => {
        throw error ?? new Error('It was closed')
      })
      await Promise.race([opened, refused])
      connection.#open = true
      return connection
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  private constructor(address: string, socket: WebSocketLike, { hold = () => {}, explain = (error) => error }: OpenOptions) {
    this.address = address
    this.#socket = socket
    this.#hold = hold
    const reader = new WsFrameReader((frames) => this.#receive(frames))
    socket.addEventListener('message', ({ data }) => {
      try {
        reader.push(bytesOf(data))
      } catch (error) {
        this.#fail(error as Error)
      }
    })
    socket.addEventListener('error', ({ error, message }) => {
      if (error instanceof Error) this.#failure ??= explain(error)
      else if (typeof message === 'string' && message !== '') this.#failure ??= new Error(message)
    })
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', (event) => {
        this.#open = false
        resolve(this.#failure ?? whyOf(event))
      })
      // Of one that a policy forbids, Chromium says only this. Where a `close` follows, it comes with it.
      socket.addEventListener('error', () => {
        if (!this.#open) setTimeout(() => resolve(this.#failure ?? new Error(NOT_LET)), 0)
      })
    })
  }

  onMessage(listener: (frames: readonly Uint8Array[]) => void): void {
    this.#listener = listener
    for (const frames of this.#early.splice(0)) this.#receive(frames)
  }

  send(frames: readonly Uint8Array[]): void {
    if (!this.#open) return
    for (const message of packWsFrames(frames)) this.#socket.send(message)
  }

  hold(alive: boolean): void {
    this.#hold(alive)
  }

  close(): void {
    this.#socket.close()
  }

  #receive(frames: readonly Uint8Array[]): void {
    if (this.#listener === undefined) this.#early.push(frames)
    else this.#listener(frames)
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#socket.close()
  }
}

/** @throws {Error} for a text, which Dask does not send */
function bytesOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  throw new Error('It sent a text, where Dask sends bytes')
}

function whyOf({ code = 1006, reason = '' }: WebSocketEvent): Error | undefined {
  if (reason !== '') return new Error(reason)
  if (NORMAL.has(code)) return undefined
  return new Error(`The WebSocket ended with code ${code}; in a page, the console of the browser may say why`)
}

/** What is offered when it opens: a page can show a token in no other way. */
export function protocolsOf(token: string | undefined): string[] {
  if (token === undefined) return []
  const text = btoa(String.fromCharCode(...new TextEncoder().encode(token)))
  return ['daskflow', `bearer.${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`]
}
