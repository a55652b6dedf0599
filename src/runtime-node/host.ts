import { createRequire } from 'node:module'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isMainThread, parentPort } from 'node:worker_threads'
import type { WorkerHost } from '../core/adapter.js'
import { nodeContext } from './context.js'
import { endpointOf } from './endpoint.js'

/** The inside of a `worker_threads` worker; `undefined` on the main thread. */
export function nodeHost(): WorkerHost | undefined {
  if (isMainThread || parentPort === null) return undefined
  // A worker that nobody can reach would keep its tasks for ever.
  parentPort.once('close', () => process.exit(0))
  return {
    endpoint: endpointOf(parentPort),
    onExit: (listener) => process.once('exit', listener),
    context: nodeContext,
    resolve: (specifier) => toUrl(createRequire(pathToFileURL(`${process.cwd()}/`)).resolve(specifier)),
    close: () => process.exit(0),
  }
}

// A builtin resolves to its own name.
function toUrl(resolved: string): string {
  return isAbsolute(resolved) ? pathToFileURL(resolved).href : resolved
}
