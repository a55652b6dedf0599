import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { run } from '../../tools/program.mjs'
import { LineProgram } from '../line-program.mjs'

const python = process.env.PYTHON || 'python3'
const script = fileURLToPath(new URL('./local-cluster.py', import.meta.url))

const IMPORT_MS = 60_000
const START_MS = 60_000
const ANSWER_MS = 120_000

/** Tells whether there is a Python that has Dask. */
export async function hasDask() {
  const { code } = await run(python, ['-c', 'import distributed'], { timeoutMs: IMPORT_MS })
  return code === 0
}

/** How to get it, in one line. */
export const INSTALL_DASK =
  `'${python}' cannot import distributed. Debian: apt-get install python3-distributed; elsewhere: pip install distributed; ` +
  'PYTHON=/path/to/python3 names another Python.'

/** Python Dask's LocalCluster. */
export class LocalCluster {
  #program

  /**
   * `saturation` is Dask's `worker-saturation`, usually 1.1: how many tasks per thread a worker is given at a time. The
   * rest waits in the scheduler, which costs tasks as short as these more than their work; `'inf'` gives out all.
   */
  constructor(workers, saturation) {
    this.#program = new LineProgram('Python Dask', [python, script, String(workers), ...(saturation ? [saturation] : [])])
  }

  /** Answers the versions, once it is ready. */
  start() {
    return this.#program.ready(START_MS)
  }

  /** Runs `count` no-op tasks. Answers how many seconds they took. */
  async run(count) {
    const { seconds } = await this.#program.ask(`run ${count}`, ANSWER_MS)
    return seconds
  }

  /** Runs `count` no-op tasks one at a time. Answers the seconds of each. */
  async trips(count) {
    const { seconds } = await this.#program.ask(`trips ${count}`, ANSWER_MS)
    return seconds
  }

  /** Ends it with its workers, whatever it is doing. */
  end() {
    return this.#program.end()
  }
}
