import type { Logger } from '../core/logger.js'
import { Listeners } from '../core/subscribable.js'

/** Those of `what`, a method of a backend; errors go to the logger. */
export function eventListeners<Args extends readonly unknown[]>(what: string, backend: string, logger: Logger): Listeners<Args> {
  return new Listeners<Args>((...[error]) =>
    logger.error(`daskflow: a listener of ${what} of backend '${backend}' failed:`, error),
  )
}
