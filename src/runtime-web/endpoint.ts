import type { TransferList, WorkerEndpoint } from '../core/adapter.js'

/** What `Worker` and the inside of one have in common. */
interface WebPort {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: string, listener: (event: MessageEvent) => void): void
  removeEventListener(type: string, listener: (event: MessageEvent) => void): void
}

/** Either end of the wire on the web. */
export function endpointOf(port: WebPort): WorkerEndpoint {
  const on = (type: string, listener: (event: MessageEvent) => void) => {
    port.addEventListener(type, listener)
    return () => port.removeEventListener(type, listener)
  }
  return {
    postMessage: (message, transfer: TransferList = []) => port.postMessage(message, transfer as Transferable[]),
    onMessage: (listener) => on('message', ({ data }) => listener(data)),
    onMessageError: (listener) =>
      on('messageerror', () => listener(new DOMException('The message cannot be read', 'DataCloneError'))),
  }
}
