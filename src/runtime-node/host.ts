import { getHeapStatistics } from 'node:v8'
import { isMainThread, parentPort } from 'node:worker_threads'
import type { WorkerHost } from '../core/adapter.js'
import { nodeContext } from './context.js'
import { endpointOf } from './endpoint.js'
import { nodeFiles } from './files.js'
import { LIMITS_MEMORY } from './limits-memory.js'
import { resolveFromProgram } from './resolve.js'

/** The inside of a `worker_threads` worker; `undefined` on the main thread. */
export function nodeHost(): WorkerHost | undefined {
  if (isMainThread || parentPort === null) return undefined
  // A worker that nobody can reach would keep its tasks for ever.
  parentPort.once('close', () => process.exit(0))
  return {
    endpoint: endpointOf(parentPort),
    onExit: (listener) => process.once('exit', listener),
    context: nodeContext,
    files: async () => nodeFiles,
    console,
    ...(LIMITS_MEMORY && { memoryUsed }),
    resolve: resolveFromProgram,
    close: () => process.exit(0),
  }
}

// The heap, and what it holds outside: the contents of buffers.
function memoryUsed(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}
