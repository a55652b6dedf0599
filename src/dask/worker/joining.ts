import type { Listener } from '../../core/connector.js'
import { ClusterError } from '../../core/errors.js'
import { Comm, untilAborted } from '../comm/comm.js'
import { dialectOf, versionOf } from '../comm/dialect.js'
import { Rpc } from '../comm/rpc.js'
import type { MembershipOptions } from './membership.js'
import type { PeerServer } from './peer-server.js'
import { heartbeatOf, registration } from './registration.js'

/** What a worker has once it is one of the cluster. */
export interface Joined {
  /** Under which others reach it. */
  readonly address: string
  readonly listener: Listener
  readonly rpc: Rpc
  /** On which it was registered. */
  readonly comm: Comm
  readonly heartbeatS: number
}

/** Listens for others, and registers at the scheduler. @throws {CommClosedError | ClusterError} saying what is wrong there */
export async function join(options: MembershipOptions, server: PeerServer, signal: AbortSignal): Promise<Joined> {
  const { connector, address, certificates, timeout, listen } = options
  const limit = new AbortController()
  const stop = () => limit.abort()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const timer = setTimeout(stop, timeout)
  const rpc = new Rpc(connector, { certificates })
  limit.signal.addEventListener('abort', () => rpc.close(), { once: true })
  let listener: Listener | undefined
  let comm: Comm | undefined
  try {
    if (connector.listen === undefined)
      throw new ClusterError('A worker has to listen, which this runtime cannot', { code: 'ERR_NOT_SUPPORTED' })
    const versions = await untilAborted(rpc.ask(address, { op: 'versions' }), limit.signal, address)
    const dialect = dialectOf(versionOf(address, versions))
    await options.cluster.start()
    listener = await connector.listen({ ...listen, certificates, onConnection: (connection) => void server.accept(connection) })
    comm = await Comm.connect(connector, address, { certificates, signal: limit.signal })
    const own = contactAddress(options, listener, comm)
    const answered = untilAborted(comm.next(), limit.signal, address)
    comm.send(registration(options, { address: own, versions, dialect }))
    const heartbeatS = heartbeatOf(address, await answered)
    return { address: own, listener, rpc, comm, heartbeatS }
  } catch (error) {
    rpc.close()
    comm?.close()
    await listener?.close()
    server.close()
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

/** Under which others reach it. */
function contactAddress({ certificates, listen, contact }: MembershipOptions, listener: Listener, comm: Comm): string {
  if (contact !== undefined) return contact
  // Who listens on all addresses is reached by that from which it reaches the scheduler itself.
  const host = ANY.has(listen.host) ? (comm.localHost ?? '127.0.0.1') : listen.host
  return `${certificates === undefined ? 'tcp' : 'tls'}://${host.includes(':') ? `[${host}]` : host}:${listener.port}`
}

const ANY = new Set(['0.0.0.0', '::', ''])
