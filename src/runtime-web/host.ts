import type { WorkerHost } from '../core/adapter.js'
import { endpointOf, type WebPort } from './endpoint.js'

/** The inside of a dedicated worker; `undefined` elsewhere: in a page, a service worker, a shared worker. */
export function webHost(): WorkerHost | undefined {
  const scope = dedicatedScope()
  if (scope === undefined) return undefined
  const { close } = scope
  if (close === undefined) return { endpoint: endpointOf(scope), close: endByError }
  return {
    endpoint: endpointOf(scope),
    // The platform tells nobody of `self.close()`.
    onExit(listener) {
      scope.close = () => {
        listener(undefined)
        close.call(scope)
      }
    },
    close: () => close.call(scope),
  }
}

interface Scope extends WebPort {
  close?(): void
}

function dedicatedScope(): Scope | undefined {
  if (typeof DedicatedWorkerGlobalScope !== 'undefined') {
    return globalThis instanceof DedicatedWorkerGlobalScope ? globalThis : undefined
  }
  // Bun has no such class, and a `postMessage` on its main thread too; but it says which thread this is.
  const { Bun } = globalThis as { readonly Bun?: { readonly isMainThread: boolean } }
  return Bun?.isMainThread === false ? (globalThis as unknown as Scope) : undefined
}

// Bun has no `close()` either.
function endByError(): void {
  setTimeout(() => {
    throw new Error('This worker was closed from within')
  })
}
