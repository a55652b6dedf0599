import { AsyncLocalStorage } from 'node:async_hooks'
import type { ContextCarrier } from '../core/adapter.js'

const storage = new AsyncLocalStorage<unknown>()

/** Follows a task through its awaits. */
export const nodeContext: ContextCarrier = {
  run: (value, callback, ...args) => storage.run(value, callback, ...args),
  get: () => storage.getStore(),
}
