import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'

/** A port, or a worker, in the shape of a Web Worker: for comlink by its own adapter, for all others with nothing added. */
export function endpointOf(port, service) {
  if (service === 'comlink') return nodeEndpoint(port)
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    addEventListener: (type, listener) => port.on(type, (data) => listener({ data })),
  }
}
