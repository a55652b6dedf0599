import type { WorkerHandle } from '../../src/index.js'
import type { BackendClass } from './case.js'

/** The adapter of a backend, with its workers at hand: somebody else may end them. */
export function reachableWorkers(Backend: BackendClass) {
  const { workers } = Backend.runtime
  const handles = new Map<string, WorkerHandle>()
  const spawning: Promise<WorkerHandle>[] = []
  const adapter: typeof workers = {
    ...workers,
    async spawn(options) {
      const spawned = workers.spawn(options)
      spawning.push(spawned)
      const handle = await spawned
      handles.set(options.name, handle)
      void handle.exited.then(() => handles.delete(options.name))
      return handle
    },
  }
  /** Resolves when every worker that was asked for so far is there, or is not to be had. */
  const spawned = async () => {
    await Promise.allSettled(spawning)
  }
  return { adapter, handles, spawned }
}
