import type { Listener } from '../../core/connector.js'
import { ClusterError } from '../../core/errors.js'
import { createHexId } from '../../core/ids.js'
import { Comm, untilAborted } from '../comm.js'
import { dialectOf, versionOf } from '../dialect.js'
import { Rpc } from '../rpc.js'
import type { DaskWorkerOptions } from './dask-worker.js'
import type { PeerServer } from './peer-server.js'
import { heartbeatOf, registration } from './registration.js'

/** What a worker has once it is one of the cluster. */
export interface Joined {
  readonly name: string
  /** Under which others reach it. */
  readonly address: string
  readonly listener: Listener
  readonly rpc: Rpc
  /** On which it was registered. */
  readonly comm: Comm
  readonly heartbeatS: number
}

const START_MS = 30_000

/** Listens for others, and registers at the scheduler. @throws {CommClosedError | ClusterError} saying what is wrong there */
export async function join(options: DaskWorkerOptions, server: PeerServer): Promise<Joined> {
  const { connector, address, certificates, timeout = START_MS, host = '127.0.0.1' } = options
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), timeout)
  const rpc = new Rpc(connector, { certificates, signal: limit.signal })
  let listener: Listener | undefined
  let comm: Comm | undefined
  try {
    if (connector.listen === undefined)
      throw new ClusterError('A worker has to listen, which this runtime cannot', { code: 'ERR_NOT_SUPPORTED' })
    const versions = await untilAborted(rpc.ask(address, { op: 'versions' }), limit.signal, address)
    const dialect = dialectOf(versionOf(address, versions))
    await options.cluster.start()
    listener = await connector.listen({
      host,
      port: 0,
      certificates,
      onConnection: (connection) => void server.accept(connection),
    })
    const own = `${address.startsWith('tls:') || address.startsWith('wss:') ? 'tls' : 'tcp'}://${host}:${listener.port}`
    const name = options.name ?? createHexId('js-')
    comm = await Comm.connect(connector, address, { certificates, signal: limit.signal })
    const answered = untilAborted(comm.next(), limit.signal, address)
    comm.send(registration(options, { name, address: own, versions, dialect }))
    const heartbeatS = heartbeatOf(address, await answered)
    return { name, address: own, listener, rpc, comm, heartbeatS }
  } catch (error) {
    rpc.close()
    comm?.close()
    await listener?.close()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
