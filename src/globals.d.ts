import type { TransferList } from './core/adapter.js'
import type { TaskContext } from './core/task-context.js'

/**
 * What an inline function finds by name in its worker. A bundler renames imports inside it, but not these.
 *
 * Add `"types": ["daskflow/globals"]` to tsconfig.json, or `/// <reference types="daskflow/globals" />` to a file. The
 * names exist only in functions that are shipped to a worker.
 */
declare global {
  /** The context of the task that runs here; call it before the first `await` where the runtime has no async context. */
  function getTaskContext(): TaskContext
  /** Marks a value whose buffers are to be moved, not copied. */
  function transfer<T>(value: T, objects: TransferList): T
}
