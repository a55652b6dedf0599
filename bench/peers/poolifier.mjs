import { fileURLToPath } from 'node:url'
import { DynamicThreadPool, FixedThreadPool } from 'poolifier'
import { CallPool } from '../contenders/call-pool.mjs'

const file = fileURLToPath(new URL('./poolifier-worker.mjs', import.meta.url))

/** Its own queue of tasks makes it slower, as do its events; its default choice of a worker is the fastest. */
export function start({ workers, started = workers }) {
  const options = { enableEvents: false }
  const pool =
    started < workers ? new DynamicThreadPool(started, workers, file, options) : new FixedThreadPool(workers, file, options)
  return new CallPool({
    call: (name, value) => pool.execute(value, name),
    inFlight: 400,
  })
}
