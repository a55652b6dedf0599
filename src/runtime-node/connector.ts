import { connect as connectTcp, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import type { Connection, ConnectOptions, Connector, Listener, ListenOptions } from '../core/connector.js'
import { packFrames } from '../dask/protocol/tcp-frames.js'
import { Intake, READS_IN_PLACE } from './intake.js'
import { explain, tlsOptions, tlsServerOptions } from './tls.js'
import { connectWebSocket } from './web-socket.js'

/** Sockets: `tcp` and `tls`, and to connect with `ws` and `wss`. */
export const nodeConnector: Connector = {
  async connect(address: string, options: ConnectOptions): Promise<Connection> {
    if (/^wss?:/.test(address)) return connectWebSocket(address, options)
    const intake = new Intake()
    return new SocketConnection(address, await openSocket(address, options, intake), intake)
  },
  async listen({ host, port, certificates, onConnection }: ListenOptions): Promise<Listener> {
    const sockets = new Set<Socket>()
    const accept = (socket: Socket) => {
      onConnection(new SocketConnection(`tcp://${socket.remoteAddress}:${socket.remotePort}`, socket, new Intake()))
    }
    const server = certificates === undefined ? createTcpServer(accept) : createTlsServer(tlsServerOptions(certificates), accept)
    // Also those that have not shown a certificate yet.
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
    await listening(server, host, port)
    const { port: own } = server.address() as { readonly port: number }
    return {
      port: own,
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve())
          for (const socket of sockets) socket.destroy()
        }),
    }
  },
}

/**
 * A socket that is open. What comes waits until somebody listens, or goes to the `intake` where sockets have that. Rejects
 * with what the platform says.
 */
export async function openSocket(address: string, options: ConnectOptions, intake?: Intake): Promise<Socket> {
  const { certificates, signal } = options
  const secure = address.startsWith('tls:')
  // Of these schemes, URLs know no default port.
  const { hostname, port } = new URL(address)
  const target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }
  const socket = secure
    ? connectTls({ ...target, ...tlsOptions(certificates) })
    : connectTcp({ ...target, ...(intake && READS_IN_PLACE && { onread: intake.onread }) })
  await opened(socket, secure ? 'secureConnect' : 'connect', signal)
  return socket
}

/** Ends it when all that was written is on its way. The other side may never end its part: then after a second. */
export function endSocket(socket: Socket): void {
  socket.end()
  const timer = setTimeout(() => socket.destroy(), CLOSE_MS)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
}

const CLOSE_MS = 1_000
const KEEP_ALIVE_MS = 10_000

function opened(socket: Socket, event: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => socket.destroy(new Error('It took too long'))
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    const leave = () => {
      signal?.removeEventListener('abort', stop)
      socket.off('error', fail)
    }
    const fail = (error: Error) => {
      leave()
      reject(explain(error))
    }
    socket.once('error', fail)
    socket.once(event, () => {
      leave()
      resolve()
    })
  })
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // Later, a connection that the system has no room for: that is not the end of the others.
    server.on('error', reject)
    server.listen(port, host, resolve)
  })
}

class SocketConnection implements Connection {
  readonly address: string
  readonly closed: Promise<Error | undefined>
  readonly #socket: Socket
  readonly #intake: Intake

  constructor(address: string, socket: Socket, intake: Intake) {
    this.address = address
    this.#socket = socket
    this.#intake = intake
    // What waits for another to fill it waits for its answer.
    socket.setNoDelay(true)
    // A machine that is gone says nothing.
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    intake.onError = (error) => socket.destroy(error)
    let failure: Error | undefined
    socket.on('data', (chunk: Uint8Array) => intake.push(chunk))
    socket.on('error', (error) => {
      failure ??= explain(error)
    })
    this.closed = new Promise((resolve) => socket.once('close', () => resolve(failure)))
  }

  get localHost(): string | undefined {
    // An address of the old kind, as a socket of the new kind says it.
    return this.#socket.localAddress?.replace(/^::ffff:(?=[\d.]+$)/, '')
  }

  onMessage(listener: (frames: readonly Uint8Array[]) => void): void {
    this.#intake.onFrames = listener
  }

  send(frames: readonly Uint8Array[]): void {
    if (!this.#socket.writable) return
    this.#socket.cork()
    for (const chunk of packFrames(frames)) this.#socket.write(chunk)
    this.#socket.uncork()
  }

  hold(alive: boolean): void {
    if (alive) this.#socket.ref()
    else this.#socket.unref()
  }

  close(): void {
    endSocket(this.#socket)
  }
}
