import { fileURLToPath } from 'node:url'
import workerpool from 'workerpool'
import { CallPool } from '../contenders/call-pool.mjs'

const file = fileURLToPath(new URL('./workerpool-worker.mjs', import.meta.url))

export function start({ workers, started = workers }) {
  const pool = workerpool.pool(file, { minWorkers: started, maxWorkers: workers, workerType: 'thread' })
  return new CallPool({
    call: (name, value) => pool.exec(name, [value]),
    inFlight: 100,
  })
}
