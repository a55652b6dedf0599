import type { WorkerHost } from '../core/adapter.js'
import { endpointOf, type WebPort } from './endpoint.js'

/** The inside of a dedicated worker; `undefined` elsewhere: in a page, a service worker, a shared worker. */
export function webHost(): WorkerHost | undefined {
  const scope = globalThis as unknown as Scope
  if (typeof DedicatedWorkerGlobalScope === 'undefined') return scope.Bun?.isMainThread === false ? bunHost(scope) : undefined
  return globalThis instanceof DedicatedWorkerGlobalScope ? closingHost(scope) : undefined
}

/** What the inside of a worker may find around it. */
interface Scope extends WebPort {
  close(): void
  readonly Deno?: { exit(code?: number): void }
  readonly Bun?: { readonly isMainThread: boolean }
  readonly process: { once(event: 'exit', listener: (code: number) => void): void; exit(code: number): void }
}

/** Where a worker ends by `self.close()`, of which the platform tells nobody. */
function closingHost(scope: Scope): WorkerHost {
  const close = scope.close.bind(scope)
  return {
    endpoint: endpointOf(scope),
    console,
    onExit(listener) {
      const end = (code?: number) => {
        listener(code)
        close()
      }
      scope.close = () => end()
      // `process.exit` comes by it, but it does not come by `self.close`: https://github.com/denoland/deno/issues/32778
      if (scope.Deno !== undefined) scope.Deno.exit = end
    },
    close,
  }
}

/** Bun knows neither `DedicatedWorkerGlobalScope` nor `self.close`. */
function bunHost(scope: Scope): WorkerHost {
  return {
    endpoint: endpointOf(scope),
    console,
    onExit: (listener) => scope.process.once('exit', listener),
    close: () => scope.process.exit(0),
  }
}
