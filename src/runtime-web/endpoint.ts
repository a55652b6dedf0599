import type { TransferList, WorkerEndpoint } from '../core/adapter.js'

/** What `Worker` and the inside of one have in common. */
export interface WebPort {
  postMessage(message: unknown, transfer: never[]): void
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
    postMessage: (message, transfer: TransferList = []) => port.postMessage(message, transfer as never[]),
    onMessage: (listener) => on('message', ({ data }) => listener(data)),
    onMessageError: (listener) =>
      on('messageerror', () => listener(new DOMException('The message cannot be read', 'DataCloneError'))),
  }
}

/**
 * An endpoint that keeps what arrives before its first listener is there, and gives it to that one.
 *
 * The platform does not: the messages of a worker are events, whoever listens. Deno's can come before a promise that was
 * resolved ahead of them has called back.
 */
export function keepingEarly(endpoint: WorkerEndpoint): WorkerEndpoint {
  const early: unknown[] = []
  const stop = endpoint.onMessage((message) => early.push(message))
  return {
    ...endpoint,
    onMessage(listener) {
      stop()
      for (const message of early.splice(0)) listener(message)
      return endpoint.onMessage(listener)
    },
  }
}
