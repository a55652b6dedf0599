import type { Runtime } from '../core/runtime.js'
import { webAdapter } from './adapter.js'

/** Browsers, and what else has Web Workers. */
export const webRuntime: Runtime = {
  name: 'web',
  workers: webAdapter,
  workDir: () => '/',
  connect: async (options) => (await import('./dask.js')).connect(options),
  importModule: (specifier) => import(/* webpackIgnore: true */ /* @vite-ignore */ specifier),
  files: async () => new (await import('../core/memory-files.js')).MemoryFiles(),
}
