import { Piscina } from 'piscina'
import { CallPool } from '../contenders/call-pool.mjs'

const filename = new URL('./piscina-worker.mjs', import.meta.url).href

/** Faster by half where a worker may hold many tasks, and waits for them without stopping its event loop. */
export function start({ workers, started = workers }) {
  const limits = { minThreads: started, maxThreads: workers, concurrentTasksPerWorker: 100 }
  const pool = new Piscina({ filename, ...limits, atomics: 'async' })
  return new CallPool({
    call: (name, value) => pool.run(value, { name }),
    move: (array) => pool.run(array, { name: 'moveBack', transferList: [array.buffer] }),
    inFlight: 100,
  })
}
