import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { root } from './root.mjs'

const STDIO = {
  keep: ['ignore', 'pipe', 'pipe'],
  show: ['inherit', 'inherit', 'inherit'],
  both: ['inherit', 'pipe', 'inherit'],
  later: ['ignore', 'pipe', 'inherit'],
}

/**
 * Runs a program that is one step of this one, without a shell, from the root of the repository.
 *
 * `output` is what becomes of its output: `'keep'` returns it, `'show'` passes it on as it comes, `'both'` does both
 * with stdout, `'later'` returns stdout and passes on stderr. `timeoutMs` ends it. Told to stop meanwhile, this program stops as soon as the step has.
 */
export async function run(command, args, options) {
  const result = await watch(command, args, options)
  if (result.stoppedBy) process.exit(result.code || signalCode(result.stoppedBy))
  return result
}

/** Like `run`, for a program written for Node; `file` is relative to the root of the repository. */
export function runNode(file, args = [], options = {}) {
  return run(process.execPath, [resolve(root, file), ...args], options)
}

/** Runs the Node program that is all there is left to do: its exit code becomes the one of this program. */
export async function handOver(file, args, options) {
  const { code } = await watch(process.execPath, [resolve(root, file), ...args], { output: 'show', ...options })
  process.exitCode = code
}

async function watch(command, args, { output = 'keep', timeoutMs, ...options } = {}) {
  const child = spawn(command, args, { cwd: root, stdio: STDIO[output], ...options })
  const kept = []
  child.stdout?.on('data', (chunk) => {
    kept.push(chunk)
    if (output === 'both') process.stdout.write(chunk)
  })
  child.stderr?.on('data', (chunk) => kept.push(chunk))
  const signals = passSignalsTo(child)
  const timer = timeoutMs && setTimeout(end, timeoutMs, child, timeoutMs)
  const { code, error } = await ended(child)
  clearTimeout(timer)
  signals.release()
  if (error) kept.push(Buffer.from(`${error.message}\n`))
  return { code, output: Buffer.concat(kept).toString(), stoppedBy: signals.received }
}

function ended(child) {
  return new Promise((done) => {
    child.once('error', (error) => done({ code: 1, error }))
    child.once('close', (code, signal) => done({ code: code ?? signalCode(signal) }))
    child.once('exit', () => setTimeout(letGo, 1000, child).unref())
  })
}

/** Stops reading from a program that has ended: one that it left behind may keep its pipes open for ever. */
function letGo(child) {
  child.stdout?.destroy()
  child.stderr?.destroy()
}

/** Asks a program that takes too long to end, and makes it five seconds later. */
function end(child, timeoutMs) {
  console.error(`Ending ${child.spawnargs.at(1)}, which has not ended within ${timeoutMs / 1000} s.`)
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGKILL'), 5000).unref()
}

/** Keeps this program alive until `child` has cleaned up, which is told of the signals that it does not get itself. */
function passSignalsTo(child) {
  // Ctrl-C reaches everything that runs in the terminal; a second SIGINT would often mean "at once".
  const isFromTerminal = (signal) => signal === 'SIGINT' && process.stdin.isTTY
  const signals = {
    received: undefined,
    release: () => process.off('SIGINT', receive).off('SIGTERM', receive),
  }
  const receive = (signal) => {
    signals.received = signal
    if (!isFromTerminal(signal)) child.kill(signal)
  }
  process.on('SIGINT', receive).on('SIGTERM', receive)
  return signals
}

/** What shells report for a program that a signal ended. */
function signalCode(signal) {
  return 128 + constants.signals[signal]
}
