import { isMainThread, parentPort } from 'node:worker_threads'
import type { WorkerHost } from '../core/adapter.js'
import { nodeContext } from './context.js'
import { endpointOf } from './endpoint.js'

/** The inside of a `worker_threads` worker; `undefined` on the main thread. */
export function nodeHost(): WorkerHost | undefined {
  if (isMainThread || parentPort === null) return undefined
  return {
    endpoint: endpointOf(parentPort),
    context: nodeContext,
    close: () => process.exit(0),
  }
}
