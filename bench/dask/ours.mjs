// Runs where the packed package is installed, as its users have it: it may import nothing of this repository.
import { DaskExecutionBackend } from 'daskflow'

/** Ours, with the methods of `LocalCluster`. */
export class Ours {
  #backend
  #onEnd

  static async start(workers) {
    return new Ours(await new DaskExecutionBackend({ nWorkers: workers }))
  }

  constructor(backend) {
    this.#backend = backend
    backend.registerCallback((_task, state) => state !== 'RUNNING' && this.#onEnd())
  }

  /** Runs `count` no-op tasks. Answers how many seconds they took. */
  async run(count) {
    const startedAt = performance.now()
    const tasks = Array.from({ length: count }, (_, n) => toTask(n))
    await this.#runAll(tasks)
    const seconds = (performance.now() - startedAt) / 1000
    tasks.forEach(verify)
    return seconds
  }

  /** Runs `count` no-op tasks one at a time. Answers the seconds of each. */
  async trips(count) {
    const seconds = []
    for (let n = 0; n < count; n++) {
      const startedAt = performance.now()
      const task = toTask(n)
      await this.#runAll([task])
      seconds.push((performance.now() - startedAt) / 1000)
      verify(task, n)
    }
    return seconds
  }

  stop() {
    return this.#backend.shutdown()
  }

  async #runAll(tasks) {
    let left = tasks.length
    const ended = new Promise((resolve) => {
      this.#onEnd = () => --left === 0 && resolve()
    })
    await this.#backend.submitTasks(tasks)
    await ended
  }
}

const noop = async (n) => n
const toTask = (n) => ({ uid: `task.${n}`, function: noop, args: [n] })

function verify({ state, returnValue, exception }, n) {
  if (state !== 'DONE' || returnValue !== n) throw new Error(`Task ${n} is ${state} with ${exception ?? returnValue}`)
}
