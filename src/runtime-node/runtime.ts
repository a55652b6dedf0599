import type { Runtime } from '../core/runtime.js'
import { nodeAdapter } from './adapter.js'
import { nodeContext } from './context.js'
import { onSignal } from './signals.js'
import { variable } from './variable.js'

/** Node, and what speaks its `worker_threads`. */
export const nodeRuntime: Runtime = {
  name: 'node',
  workers: nodeAdapter,
  context: nodeContext,
  workDir: () => process.cwd(),
  variable,
  onSignal,
  processes: async () => (await import('./processes.js')).nodeProcesses,
  importModule: async (specifier) => (await import('./import-module.js')).importModule(specifier),
  connect: async (options) => (await import('./dask.js')).connect(options),
  files: async () => (await import('./files.js')).nodeFiles,
}
