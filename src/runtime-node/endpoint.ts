import type { Transferable } from 'node:worker_threads'
import type { TransferList, WorkerEndpoint } from '../core/adapter.js'

/** What `Worker` and `parentPort` have in common. */
interface NodePort {
  postMessage(message: unknown, transfer?: readonly Transferable[]): void
  on(type: string, listener: (value: unknown) => void): unknown
  off(type: string, listener: (value: unknown) => void): unknown
}

/** Either end of the wire in Node. */
export function endpointOf(port: NodePort): WorkerEndpoint {
  return {
    postMessage: (message, transfer?: TransferList) => port.postMessage(message, transfer as readonly Transferable[] | undefined),
    onMessage(listener) {
      port.on('message', listener)
      return () => port.off('message', listener)
    },
    onMessageError(listener) {
      port.on('messageerror', listener)
      return () => port.off('messageerror', listener)
    },
  }
}
