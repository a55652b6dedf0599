import type { WorkerHandle } from '../../src/index.js'
import type { BackendClass } from './case.js'

/** The adapter of a backend, with its workers at hand: somebody else may end them. */
export function reachableWorkers(Backend: BackendClass) {
  const { workers } = Backend.runtime
  const handles = new Map<string, WorkerHandle>()
  const adapter: typeof workers = {
    ...workers,
    async spawn(options) {
      const handle = await workers.spawn(options)
      handles.set(options.name, handle)
      void handle.exited.then(() => handles.delete(options.name))
      return handle
    },
  }
  return { adapter, handles }
}
