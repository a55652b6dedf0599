import type { WorkerHost } from '../core/adapter.js'
import { loadFunction } from './function.js'
import { runWorker, type StartedWorker } from './host.js'

/** Turns this realm into a worker of a pool. The runtime calls it with its own end of the wire. */
export function startWorker(host: WorkerHost): StartedWorker {
  return runWorker(host, loadFunction)
}
