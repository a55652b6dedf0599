import type { Socket } from 'node:net'
import type { Connection, ConnectOptions } from '../core/connector.js'
import { protocolsOf, WebSocketConnection } from '../dask/comm/web-socket.js'
import { MAX_BYTES } from '../dask/protocol/bytes.js'
import { explain, tlsOptions } from './tls.js'

/**
 * By the package `ws`: Node has a `WebSocket` of its own only since 22, which takes no certificates and always keeps the process
 * alive.
 */
export async function connectWebSocket(address: string, { certificates, token, signal }: ConnectOptions): Promise<Connection> {
  // Few need it.
  const { WebSocket } = await import('ws')
  const options = { ...tlsOptions(certificates), perMessageDeflate: false, maxPayload: MAX_BYTES }
  const socket = new WebSocket(address, protocolsOf(token), options)
  let below: Socket | undefined
  socket.once('upgrade', (response) => {
    below = response.socket
  })
  const hold = (alive: boolean) => (alive ? below?.ref() : below?.unref())
  return WebSocketConnection.open(address, socket, { signal, hold, explain })
}
