import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { ClusterError } from '../core/errors.js'
import { messageOf } from '../core/message-of.js'
import { FrameReader, packFrames } from '../dask/protocol/tcp-frames.js'
import { packWsFrames, WsFrameReader } from '../dask/protocol/ws-frames.js'
import { endSocket } from './connector.js'
import { explain } from './tls.js'

/** Why a WebSocket ends, as its protocol numbers it. */
export const CLOSE = { normal: 1000, goingAway: 1001, protocolError: 1002, internalError: 1011, tryAgainLater: 1013 } as const

/** After so long without a word, each side is asked whether it is still there. */
export const KEEP_ALIVE_MS = 30_000

const CLOSE_MS = 1_000
const REASON_BYTES = 123

/**
 * One client of the gateway and its connection to the scheduler.
 *
 * Messages go from one to the other as they are; only what is around their frames changes. What one side sends is read no
 * faster than the other takes it. When one side ends, so does the other.
 */
export class GatewayRelay {
  readonly #client: WebSocket
  /** What the client's messages are written to: it says when that is too much. */
  readonly #stream: Duplex

  constructor(client: WebSocket, stream: Duplex) {
    this.#client = client
    this.#stream = stream
    // What goes wrong there ends it, and of that it tells.
    client.on('error', () => {})
    client.pause()
  }

  /** Goes on with what both have to say. */
  join(upstream: Socket): void {
    if (this.#client.readyState !== this.#client.OPEN) {
      upstream.destroy()
      return
    }
    // What waits for another to fill it waits for its answer.
    upstream.setNoDelay(true)
    upstream.setKeepAlive(true, KEEP_ALIVE_MS)
    this.#fromClient(upstream)
    this.#fromUpstream(upstream)
    this.#client.resume()
  }

  /** Ends the client's side, when all that was sent is on its way. */
  end(code: number, reason: string): void {
    const client = this.#client
    if (client.readyState !== client.OPEN) return
    // Its goodbye would not be read.
    client.resume()
    client.close(code, shortened(reason))
    const timer = setTimeout(() => client.terminate(), CLOSE_MS)
    client.once('close', () => clearTimeout(timer))
  }

  #fromClient(upstream: Socket): void {
    const client = this.#client
    const reader = new WsFrameReader((frames) => {
      if (!upstream.writable) return
      upstream.cork()
      for (const chunk of packFrames(frames)) upstream.write(chunk)
      upstream.uncork()
    })
    upstream.on('drain', () => client.resume())
    client.on('message', (data: Uint8Array, isBinary) => {
      try {
        if (!isBinary) throw new ClusterError('Dask speaks in binary messages, and this is text')
        reader.push(data)
        if (upstream.writableNeedDrain) client.pause()
      } catch (error) {
        this.end(CLOSE.protocolError, messageOf(error) ?? 'It is not Dask')
      }
    })
    client.on('close', () => {
      // Its end would not be read.
      upstream.resume()
      endSocket(upstream)
    })
  }

  #fromUpstream(upstream: Socket): void {
    const client = this.#client
    const stream = this.#stream
    const reader = new FrameReader((frames) => {
      stream.cork()
      for (const message of packWsFrames(frames)) client.send(message, { binary: true })
      stream.uncork()
    })
    stream.on('drain', () => upstream.resume())
    let failure: Error | undefined
    upstream.on('data', (chunk: Uint8Array) => {
      try {
        reader.push(chunk)
        if (stream.writableNeedDrain) upstream.pause()
      } catch (error) {
        upstream.destroy(error as Error)
      }
    })
    upstream.on('error', (error) => {
      failure ??= explain(error)
    })
    upstream.on('close', () => {
      if (failure === undefined) this.end(CLOSE.normal, 'The scheduler ended the connection')
      else this.end(CLOSE.internalError, `The connection to the scheduler ended: ${failure.message}`)
    })
  }
}

/** What a close frame has room for. */
function shortened(reason: string): string {
  const bytes = new TextEncoder().encode(reason)
  if (bytes.byteLength <= REASON_BYTES) return reason
  // A character that was cut in two is left out.
  return new TextDecoder().decode(bytes.subarray(0, REASON_BYTES), { stream: true })
}
