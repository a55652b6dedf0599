import type { DataCluster } from '../core/cluster.js'
import type { Connector } from '../core/connector.js'
import { ClusterError } from '../core/errors.js'
import type { RemoteOptions } from '../core/runtime.js'
import { NOT_LET, protocolsOf, WebSocketConnection } from './comm/web-socket.js'
import { DaskCluster } from './remote/dask-cluster.js'

/** Speaks to a Dask scheduler, or to a gateway before one, by the `WebSocket` that browsers and edge runtimes have. */
export async function connect({ address = '', schedulerFile, security = {}, timeout }: RemoteOptions): Promise<DataCluster> {
  const { token, ...certificates } = security
  const ofFiles = Object.entries({ schedulerFile, ...certificates }).find(([, value]) => value !== undefined)?.[0]
  if (ofFiles !== undefined) throw notHere(`'${ofFiles}' is for where there are files and sockets`)
  if (!/^wss?:/.test(address)) throw notHere(`'${address}' cannot be opened here: ws:// and wss:// can (npx daskflow gateway)`)
  return new DaskCluster({ address, connector, identity: { token }, timeout })
}

const connector: Connector = {
  async connect(address, { token, signal }) {
    const socket = open(address, token)
    socket.binaryType = 'arraybuffer'
    return WebSocketConnection.open(address, socket, { signal })
  },
}

function open(address: string, token: string | undefined): WebSocket {
  try {
    return new WebSocket(address, protocolsOf(token))
  } catch (cause) {
    // What a policy forbids, WebKit throws as a SecurityError and Firefox as something that is no Error.
    if (cause instanceof Error && cause.name !== 'SecurityError') throw cause
    throw new Error(NOT_LET, { cause })
  }
}

function notHere(why: string): ClusterError {
  return new ClusterError(why, { code: 'ERR_NOT_SUPPORTED' })
}
