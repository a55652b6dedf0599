import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Certificates } from '../core/connector.js'
import { ClusterError, TaskValidationError } from '../core/errors.js'
import { MAX_BYTES } from '../dask/protocol/bytes.js'
import { openSocket } from './connector.js'
import { GatewayAccess, SUBPROTOCOL } from './gateway-access.js'
import { CLOSE, GatewayRelay, KEEP_ALIVE_MS } from './gateway-relay.js'
import { explain } from './tls.js'

const HANDSHAKE_MS = 10_000
const MAX_CONNECTIONS = 1_000

export interface GatewayOptions {
  /** Of the scheduler: `tcp://127.0.0.1:8786`. */
  readonly address: string
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** Of the pages that may use it, as browsers send them: `https://app.example`. */
  readonly allowedOrigins?: readonly string[] | undefined
  /** What all who use it must have, then. */
  readonly token?: string | undefined
  /** What the gateway shows the scheduler. */
  readonly certificates?: Certificates | undefined
  /** Open at a time, also those that are not let in yet: 1,000. */
  readonly maxConnections?: number | undefined
}

export interface Gateway {
  /** Where clients reach it: `ws://127.0.0.1:8080`. */
  readonly url: string
  /** Resolves when nobody is connected any more. */
  close(): Promise<void>
}

/**
 * Listens for WebSockets, and connects each to a Dask scheduler, for which it is a client like any other.
 *
 * @throws {TaskValidationError} for what cannot be meant
 * @throws {ClusterError} for what is not safe, and when it cannot listen there
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  requireAddress(options.address)
  requireSafe(options)
  const { host, port, allowedOrigins = [], token } = options
  const access = new GatewayAccess(allowedOrigins, token)
  const relays = new Set<GatewayRelay>()
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_BYTES,
    // Never the one that holds the token.
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  })
  const server = httpServer(options.maxConnections ?? MAX_CONNECTIONS)
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Who is gone before the answer is gone.
    stream.on('error', () => {})
    const refusal = access.refusal(request)
    if (refusal !== undefined) refuse(stream, refusal.status, refusal.text)
    else sockets.handleUpgrade(request, stream, head, (client) => void connect(client, stream, options, relays))
  })
  await listening(server, host, port)
  return {
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        for (const relay of relays) relay.end(CLOSE.goingAway, 'The gateway ends')
      }),
  }
}

async function connect(client: WebSocket, stream: Duplex, options: GatewayOptions, relays: Set<GatewayRelay>): Promise<void> {
  const relay = new GatewayRelay(client, stream)
  const left = new AbortController()
  relays.add(relay)
  client.once('close', () => {
    relays.delete(relay)
    left.abort()
  })
  const { address, certificates } = options
  try {
    const signal = AbortSignal.any([left.signal, AbortSignal.timeout(HANDSHAKE_MS)])
    relay.join(await openSocket(address, { certificates, signal }))
  } catch (error) {
    relay.end(CLOSE.tryAgainLater, `The gateway cannot reach ${address}: ${explain(error as Error).message}`)
  }
}

function httpServer(maxConnections: number): Server {
  const server = createServer({
    headersTimeout: HANDSHAKE_MS,
    requestTimeout: HANDSHAKE_MS,
    connectionsCheckingInterval: HANDSHAKE_MS / 2,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  })
  server.maxConnections = maxConnections
  server.on('request', (_, response) => {
    response.writeHead(426, { connection: 'close', upgrade: 'websocket', 'content-type': 'text/plain' })
    response.end('This is a gateway to a Dask cluster, for WebSockets.\n')
  })
  return server
}

function refuse(stream: Duplex, status: number, text: string): void {
  const authenticate = status === 401 ? 'WWW-Authenticate: Bearer\r\n' : ''
  const length = Buffer.byteLength(text) + 1
  const head = `Content-Type: text/plain\r\nContent-Length: ${length}\r\nConnection: close\r\n${authenticate}`
  stream.once('finish', () => stream.destroy())
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${text}\n`)
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) =>
      reject(new ClusterError(`The gateway cannot listen at ${host}:${port}: ${cause.message}`, { cause }))
    server.once('error', fail)
    server.listen(port, host, () => {
      server.off('error', fail)
      // A connection that the system has no room for is not the end of the others.
      server.on('error', () => {})
      resolve()
    })
  })
}

function requireAddress(address: string): void {
  const [, port] = /^(?:tcp|tls):\/\/(?:\[[\da-f:.]+\]|[\w.-]+):(\d+)\/?$/i.exec(address) ?? []
  if (port !== undefined && Number(port) > 0 && Number(port) < 65_536) return
  throw new TaskValidationError(`A gateway leads to the address of a scheduler, like 'tcp://127.0.0.1:8786', got '${address}'`)
}

/** Without a token, a gateway MUST let nobody further than he comes without the gateway: to run code on the cluster. */
function requireSafe({ host, token, certificates }: GatewayOptions): void {
  if (token !== undefined) return
  const unsafe = isLoopback(host)
    ? certificates && 'holds certificates that others do not have'
    : `other machines can reach, at ${host},`
  if (unsafe === undefined) return
  throw new ClusterError(
    `A gateway that ${unsafe} needs a token: who can reach it can run code on the cluster, and an allowed origin stops pages, not programs. Hand it one with --token-file or DASKFLOW_GATEWAY_TOKEN`,
  )
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host)
}
