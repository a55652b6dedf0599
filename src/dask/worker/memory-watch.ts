import type { Logger } from '../../core/logger.js'
import type { Usage } from './metrics.js'
import type { Rest } from './rest.js'

export interface MemoryWatchOptions {
  readonly name: string
  readonly usage: Usage
  readonly memoryLimit: number
  readonly rest: Rest
  readonly logger: Logger
}

// As Dask's own workers do it.
const PAUSE = 0.8
const WATCH_MS = 200

/** Lets a worker start nothing for as long as its process holds more than 80 % of what it may. */
export class MemoryWatch {
  readonly #options: MemoryWatchOptions
  readonly #timer: TimerHandle

  constructor(options: MemoryWatchOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#look(), WATCH_MS)
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #look(): void {
    const { name, usage, memoryLimit, rest, logger } = this.#options
    const used = usage.memory()
    const isTooMuch = used > PAUSE * memoryLimit
    if (isTooMuch === rest.isFor('memory')) return
    const share = `${Math.round((100 * used) / memoryLimit)} % of its memory limit of ${memoryLimit} bytes`
    if (isTooMuch) {
      logger.warn(`Worker '${name}' takes ${share}: it starts no tasks until that is less than ${100 * PAUSE} %`)
      rest.begin('memory')
    } else {
      logger.warn(`Worker '${name}' takes ${share}: it starts tasks again`)
      rest.end('memory')
    }
  }
}
