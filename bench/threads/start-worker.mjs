import { Worker } from 'node:worker_threads'
import { endpointOf } from './endpoint.mjs'

/** Starts one of services.mjs. */
export function startWorker(service) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: service })
  return endpointOf(worker, service)
}
