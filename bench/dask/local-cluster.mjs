import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { run } from '../../tools/program.mjs'
import { within } from './within.mjs'

const python = process.env.PYTHON || 'python3'
const script = fileURLToPath(new URL('./local-cluster.py', import.meta.url))

const IMPORT_MS = 60_000
const START_MS = 60_000
const ANSWER_MS = 120_000
const CLOSE_MS = 10_000

/** Tells whether there is a Python that has Dask. */
export async function hasDask() {
  const { code } = await run(python, ['-c', 'import distributed'], { timeoutMs: IMPORT_MS })
  return code === 0
}

/** How to get it, in one line. */
export const INSTALL_DASK =
  `'${python}' cannot import distributed. Debian: apt-get install python3-distributed; elsewhere: pip install distributed; ` +
  'PYTHON=/path/to/python3 names another Python.'

/** Python Dask's LocalCluster, in a child that answers each line with a line. */
export class LocalCluster {
  #child
  #lines
  #closed
  #complaints = ''

  /**
   * `saturation` is Dask's `worker-saturation`, usually 1.1: how many tasks per thread a worker is given at a time. The
   * rest waits in the scheduler, which costs tasks as short as these more than their work; `'inf'` gives out all.
   */
  constructor(workers, saturation) {
    this.#child = spawn(python, [script, String(workers), ...(saturation ? [saturation] : [])])
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]()
    this.#child.stderr.on('data', (chunk) => {
      this.#complaints += chunk
    })
    // A child that is gone shows by the end of its stdout.
    this.#child.stdin.on('error', () => {})
    // Not `exit`: the workers hold its output too, so that it closes when the last of them is gone.
    this.#closed = once(this.#child, 'close')
    this.#closed.catch(() => {})
  }

  /** Answers the versions, once it is ready. */
  start() {
    return this.#answer('Starting Python Dask', START_MS)
  }

  /** Runs `count` no-op tasks. Answers how many seconds they took. */
  async run(count) {
    const { seconds } = await this.#ask(`run ${count}`)
    return seconds
  }

  /** Runs `count` no-op tasks one at a time. Answers the seconds of each. */
  async trips(count) {
    const { seconds } = await this.#ask(`trips ${count}`)
    return seconds
  }

  /** Ends the child, which ends its workers first. */
  stop() {
    this.#child.stdin.end()
    return this.#end()
  }

  /** Like `stop`, whatever the child is doing; where it has ended, nothing happens. */
  abort() {
    this.#child.kill('SIGTERM')
    return this.#end()
  }

  /** Ends the child hard when its end takes too long; its workers notice. */
  async #end() {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_MS)
    await within(2 * CLOSE_MS, 'Ending Python Dask', this.#closed).finally(() => clearTimeout(timer))
  }

  #ask(line) {
    this.#child.stdin.write(`${line}\n`)
    return this.#answer(`Python Dask's "${line}"`, ANSWER_MS)
  }

  async #answer(what, timeoutMs) {
    const { value, done } = await within(timeoutMs, what, this.#lines.next())
    if (done) throw new Error(`Python Dask has ended.\n${this.#complaints}`)
    return JSON.parse(value)
  }
}
