import { Piscina } from 'piscina'
import { CallPool } from '../contenders/call-pool.mjs'

const filename = new URL('./piscina-worker.mjs', import.meta.url).href

/** Its throughput doubles when a worker may hold several tasks; more than 16 make no difference. */
export function start({ workers, started = workers }) {
  const pool = new Piscina({ filename, minThreads: started, maxThreads: workers, concurrentTasksPerWorker: 16 })
  return new CallPool({
    call: (name, value) => pool.run(value, { name }),
    move: (array) => pool.run(array, { name: 'moveBack', transferList: [array.buffer] }),
    stop: () => pool.destroy(),
    inFlight: 1000,
  })
}
