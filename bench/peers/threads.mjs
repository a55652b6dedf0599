import { Pool, spawn, Worker } from 'threads'
import { CallPool } from '../contenders/call-pool.mjs'

/** It starts all of its workers at once, whatever `started` says. */
export function start({ workers }) {
  const pool = Pool(() => spawn(newWorker()), { size: workers, concurrency: 100 })
  return new CallPool({
    call: (name, value) => pool.queue((worker) => worker[name](value)),
    inFlight: 50,
  })
}

function newWorker() {
  // It takes a path that is relative to this file.
  const worker = new Worker('./threads-worker.mjs')
  // Each of its calls listens, and Node takes many listeners for a leak.
  worker.setMaxListeners(0)
  return worker
}
