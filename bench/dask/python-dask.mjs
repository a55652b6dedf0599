import { fileURLToPath } from 'node:url'
import { LineProgram } from '../line-program.mjs'

const script = fileURLToPath(new URL('./python-dask.py', import.meta.url))

const START_MS = 60_000
const ANSWER_MS = 120_000

/** Python Dask's own client, and what runs its tasks. Answers the seconds that they took. */
export class PythonDask {
  /**
   * A `LocalCluster`. `saturation` is Dask's `worker-saturation`, usually 1.1: how many tasks per thread a worker is given at
   * a time. The rest waits in the scheduler, which costs tasks as short as these more than their work; `'inf'` gives out all.
   */
  static local(dask, workers, saturation) {
    return new PythonDask(dask, ['local', String(workers), ...(saturation ? [saturation] : [])])
  }

  /** On the Python workers of a cluster. */
  static at(dask, address) {
    return new PythonDask(dask, ['at', address])
  }

  #program

  constructor(dask, args) {
    const [command, given] = dask.command('python3', [script, ...args])
    this.#program = new LineProgram('Python Dask', [command, ...given])
  }

  /** Answers the versions, once it is ready. */
  start() {
    return this.#program.ready(START_MS)
  }

  /** Runs `count` no-op tasks. */
  run(count) {
    return this.#ask(`run ${count}`)
  }

  /** Runs `count` no-op tasks one at a time. Answers the seconds of each. */
  trips(count) {
    return this.#ask(`trips ${count}`)
  }

  /** Brings the result of a task here, of so many bytes. */
  bring(bytes) {
    return this.#ask(`bring ${bytes}`)
  }

  /** Hands the result of a task to one on another worker. */
  hand(bytes) {
    return this.#ask(`hand ${bytes}`)
  }

  /** Waits until the scheduler has forgotten every task. */
  settle() {
    return this.#ask('settle')
  }

  /** Ends it with its workers, whatever it is doing. */
  end() {
    return this.#program.end()
  }

  async #ask(line) {
    const { seconds } = await this.#program.ask(line, ANSWER_MS)
    return seconds
  }
}
