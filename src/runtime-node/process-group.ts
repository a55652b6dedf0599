import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { isGroupRunning } from './process-table.js'

// Nobody is told when the last of a group ends, so it is asked for: soon, then less often.
const FIRST_ASK_MS = 2
const MOST_ASK_MS = 50
// What was killed is gone in no time, unless the system itself holds it.
const KILLED_MS = 500
// Windows has no groups that are ended as one: there it is the process alone.
const HAS_GROUPS = process.platform !== 'win32'

const running = new Set<ProcessGroup>()

/**
 * A child process with all that it started, save what left its group (`setsid`). It is ended when this process ends, by itself
 * or by a signal: a group of its own does not hear of a Ctrl-C in the terminal.
 */
export class ProcessGroup {
  /** How the child must be spawned. */
  static readonly detached = HAS_GROUPS
  readonly #child: ChildProcess
  readonly #startedAt = performance.now()

  constructor(child: ChildProcess) {
    this.#child = child
    if (running.size === 0) watchOurEnd()
    running.add(this)
  }

  /** It has ended, and what it left behind on purpose is not ours to end. */
  leave(): void {
    if (running.delete(this) && running.size === 0) leaveOurEnd()
  }

  /** Asks all to end, and after `graceMs` does not ask again. Resolves when none is left. */
  async end(graceMs: number): Promise<void> {
    this.#send('SIGTERM')
    if (await this.#isGoneWithin(graceMs)) return
    this.#send('SIGKILL')
    await this.#isGoneWithin(KILLED_MS)
  }

  kill(): void {
    this.#send('SIGKILL')
  }

  async #isGoneWithin(ms: number): Promise<boolean> {
    const until = performance.now() + ms
    for (let ask = FIRST_ASK_MS; this.#isRunning(); ask = Math.min(2 * ask, MOST_ASK_MS)) {
      const left = until - performance.now()
      if (left <= 0) return false
      await sleep(Math.min(ask, left))
    }
    return true
  }

  #isRunning(): boolean {
    const { exitCode, signalCode } = this.#child
    if (exitCode === null && signalCode === null) return true
    return this.#send(0) && isGroupRunning(this.#child.pid as number, this.#startedAt)
  }

  /** Answers whether there is somebody left to get it. */
  #send(signal: NodeJS.Signals | 0): boolean {
    const { pid, exitCode, signalCode } = this.#child
    if (pid === undefined) return false
    if (!HAS_GROUPS) return exitCode === null && signalCode === null && this.#child.kill(signal)
    try {
      return process.kill(-pid, signal)
    } catch {
      return false
    }
  }
}

// While there are groups, and no longer: a program's signals are its own.
const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function watchOurEnd(): void {
  process.on('exit', killAll)
  for (const signal of ENDINGS) process.on(signal, endBy)
}

function leaveOurEnd(): void {
  process.off('exit', killAll)
  for (const signal of ENDINGS) process.off(signal, endBy)
}

/** What the platform does of its own, where nobody listens. Who listens decides what becomes of the groups. */
function endBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  killAll()
  leaveOurEnd()
  process.kill(process.pid, signal)
}

function killAll(): void {
  for (const group of running) group.kill()
}
