import type { Runtime } from '../core/runtime.js'
import { nodeAdapter } from './adapter.js'
import { nodeContext } from './context.js'

/** Node, and what speaks its `worker_threads`. */
export const nodeRuntime: Runtime = {
  name: 'node',
  workers: nodeAdapter,
  context: nodeContext,
  workDir: () => process.cwd(),
  files: async () => (await import('./files.js')).nodeFiles,
}
