import type { Usage } from '../dask/worker/metrics.js'

// Nobody knows what of a process is whose: each of its workers counts the same part.
let workers = 0

/** What one worker takes of this process. */
export class ProcessShare implements Usage {
  #before = { at: performance.now(), used: process.cpuUsage() }

  constructor() {
    workers++
  }

  memory(): number {
    return process.memoryUsage.rss() / workers
  }

  cpu(): number {
    const { at, used } = this.#before
    this.#before = { at: performance.now(), used: process.cpuUsage() }
    const { user, system } = process.cpuUsage(used)
    return (user + system) / 10 / Math.max(1, this.#before.at - at) / workers
  }

  /** To be called once. */
  end(): void {
    workers--
  }
}
