import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { within } from './within.mjs'

const CLOSE_MS = 10_000

/** A program that answers each line on its stdin with a line of JSON, and first says, by one more, that it is ready. */
export class LineProgram {
  #name
  #child
  #lines
  #closed
  #complaints = ''

  /** @param name what messages call it */
  constructor(name, [command, ...args], options) {
    this.#name = name
    this.#child = spawn(command, args, options)
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]()
    this.#child.stderr.on('data', (chunk) => {
      this.#complaints += chunk
    })
    // A child that is gone shows by the end of its stdout.
    this.#child.stdin.on('error', () => {})
    // Not `exit`: its own children hold its output too, so that it closes when the last of them is gone.
    this.#closed = once(this.#child, 'close')
    this.#closed.catch(() => {})
  }

  /** Answers what it says once it is ready. */
  ready(timeoutMs) {
    return this.#answer('start', timeoutMs)
  }

  ask(line, timeoutMs) {
    this.#child.stdin.write(`${line}\n`)
    return this.#answer(line, timeoutMs)
  }

  /** Ends it whatever it is doing, and hard when that takes too long; where it has ended, nothing happens. */
  async end() {
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_MS)
    await within(2 * CLOSE_MS, `Ending ${this.#name}`, this.#closed).finally(() => clearTimeout(timer))
  }

  async #answer(what, timeoutMs) {
    const { value, done } = await within(timeoutMs, `${this.#name}: ${what}`, this.#lines.next())
    if (done) throw new Error(`${this.#name} has ended.\n${this.#complaints}`)
    return JSON.parse(value)
  }
}
