import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { FrameReader, packFrames } from '../../src/dask/protocol/tcp-frames.js'
import { packWsFrames, WsFrameReader } from '../../src/dask/protocol/ws-frames.js'
import { type Gateway, type GatewayOptions, startGateway } from '../../src/runtime-node/gateway.js'

type Message = readonly Uint8Array[]

/** What has come, for whom waits for it. */
class Inbox {
  readonly messages: Message[] = []
  #heard = () => {}

  push(message: Message): void {
    this.messages.push(message)
    this.#heard()
  }

  /** The next messages, as soon as there are so many. */
  async take(count: number): Promise<Message[]> {
    while (this.messages.length < count) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve
      })
    }
    return this.messages.splice(0, count)
  }
}

/** The scheduler's end of a connection. */
export class Peer {
  readonly inbox = new Inbox()
  readonly socket: Socket
  readonly closed: Promise<unknown>

  constructor(socket: Socket) {
    this.socket = socket
    const reader = new FrameReader((frames) => this.inbox.push(frames))
    socket.on('data', (chunk: Uint8Array) => reader.push(chunk))
    socket.on('error', () => {})
    this.closed = once(socket, 'close')
  }

  send(message: Message): void {
    for (const chunk of packFrames(message)) this.socket.write(chunk)
  }
}

/** Listens as a scheduler does. */
export class Upstream {
  static async start(): Promise<Upstream> {
    const upstream = new Upstream()
    upstream.#server.listen(0, '127.0.0.1')
    await once(upstream.#server, 'listening')
    onTestFinished(() => {
      upstream.#server.close()
      for (const { socket } of upstream.#peers) socket.destroy()
    })
    return upstream
  }

  readonly #peers: Peer[] = []
  readonly #server: Server = createServer((socket) => {
    this.#peers.push(new Peer(socket))
    this.#server.emit('peer')
  })

  get address(): string {
    return `tcp://127.0.0.1:${(this.#server.address() as { readonly port: number }).port}`
  }

  get count(): number {
    return this.#peers.length
  }

  /** The first that connects. */
  async peer(): Promise<Peer> {
    if (this.#peers.length === 0) await once(this.#server, 'peer')
    return this.#peers[0] as Peer
  }

  async stop(): Promise<void> {
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** A page or a program before the gateway. */
export class Visitor {
  readonly inbox = new Inbox()
  readonly socket: WebSocket
  /** Resolves to the code and the reason. */
  readonly closed: Promise<string>

  constructor(url: string, { origin, token, protocols = [] }: VisitorOptions = {}) {
    const headers = { ...(origin !== undefined && { origin }), ...(token !== undefined && { authorization: `Bearer ${token}` }) }
    this.socket = new WebSocket(url, protocols, { headers })
    const reader = new WsFrameReader((frames) => this.inbox.push(frames))
    this.socket.on('message', (data: Uint8Array) => reader.push(data))
    this.socket.on('error', () => {})
    this.closed = new Promise((resolve) => this.socket.on('close', (code, reason) => resolve(`${code} ${reason}`)))
    onTestFinished(() => this.socket.terminate())
  }

  /** Resolves to 101 when it is let in, else to the answer. */
  async status(): Promise<number> {
    return new Promise((resolve) => {
      this.socket.once('open', () => resolve(101))
      this.socket.once('unexpected-response', (_, { statusCode = 0 }) => {
        resolve(statusCode)
        this.socket.terminate()
      })
    })
  }

  send(message: Message): void {
    for (const part of packWsFrames(message)) this.socket.send(part)
  }
}

interface VisitorOptions {
  readonly origin?: string
  readonly token?: string
  readonly protocols?: string[]
}

/** A gateway on a free port. */
export async function gatewayTo(address: string, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = await startGateway({ address, host: '127.0.0.1', port: 0, ...options })
  onTestFinished(() => gateway.close())
  return gateway
}
