import type { WorkerHost } from '../core/adapter.js'
import { endpointOf } from './endpoint.js'

/** The inside of a dedicated worker; `undefined` elsewhere: in a page, a service worker, a shared worker. */
export function webHost(): WorkerHost | undefined {
  if (typeof DedicatedWorkerGlobalScope === 'undefined' || !(globalThis instanceof DedicatedWorkerGlobalScope)) return undefined
  const scope = globalThis
  const close = scope.close.bind(scope)
  return {
    endpoint: endpointOf(scope),
    // The platform tells nobody of `self.close()`.
    onExit(listener) {
      scope.close = () => {
        listener(undefined)
        close()
      }
    },
    close,
  }
}
