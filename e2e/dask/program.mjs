import { strict as assert } from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const SAID_MS = 30_000
const SUCCEEDED_MS = 120_000
const END_MS = 10_000

const running = new Set()

// Whoever ends the tests ends what they started, too.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A program that goes on until it ends or is ended, and what it prints. */
export class Program {
  #name
  #child
  #output = ''
  #heard = () => {}
  /** Whether nothing more is to be expected of it. */
  #over = false

  constructor(name, command, args, options) {
    this.#name = name
    this.#child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] })
    running.add(this.#child)
    // Who is told something may have ended.
    this.#child.stdin.on('error', () => {})
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk) => {
        this.#output += chunk
        this.#heard()
      })
    }
    this.ended = once(this.#child, 'close')
    this.ended
      .catch((error) => this.#late(error))
      .then(() => {
        running.delete(this.#child)
        this.#late()
      })
  }

  /** Waits until it has printed that. Answers what was found. */
  async said(pattern) {
    const timer = setTimeout(() => this.#late(), SAID_MS)
    try {
      for (;;) {
        const found = pattern.exec(this.#output)
        if (found !== null) return found
        if (this.#over) throw new Error(`${this.#name} did not say ${pattern}:\n${this.#output}`)
        await new Promise((resolve) => {
          this.#heard = resolve
        })
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Hands it a line. */
  tell(line) {
    this.#child.stdin.write(`${line}\n`)
  }

  /** Waits until it has ended by itself, and well. Answers what it printed. */
  async succeeded() {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), SUCCEEDED_MS)
    const [code, signal] = await this.ended
    clearTimeout(timer)
    assert.equal(code, 0, `${this.#name} ended with ${code ?? signal}:\n${this.#output}`)
    return this.#output
  }

  get output() {
    return this.#output
  }

  /** Answers its exit code, and the signal that ended it. */
  async end(signal = 'SIGTERM') {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS)
    this.#child.kill(signal)
    const end = await this.ended
    clearTimeout(timer)
    return end
  }

  #late(error) {
    if (error !== undefined) this.#output += error.message
    this.#over = true
    this.#heard()
  }
}
