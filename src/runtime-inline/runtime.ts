import { MemoryFiles } from '../core/memory-files.js'
import type { Runtime } from '../core/runtime.js'
import { inlineAdapter } from './adapter.js'

/** What has no workers: edge runtimes, and wherever else a task may run on the thread of its caller. */
export const inlineRuntime: Runtime = {
  name: 'inline',
  workers: inlineAdapter,
  workDir: () => '/',
  connect: async (options) => (await import('./dask.js')).connect(options),
  files: async () => new MemoryFiles(),
}
