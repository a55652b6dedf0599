import { ClusterError, TaskExecutionError, TaskValidationError } from '../core/errors.js'
import type { Command, ProcessExit, ProcessRunner } from '../core/processes.js'
import type { ExecutableOptions, TaskRecord } from '../core/task.js'
import { kindOf } from '../input/task-function.js'
import type { Outcome } from './outcome.js'
import type { Work, Workshop } from './work.js'

/** Runs a child process. @throws what is to be the record's `exception` */
export function executableWork(record: TaskRecord, options: ExecutableOptions, shop: Workshop): Work {
  const { uid } = record
  const { runtime, graceMs } = shop
  if (runtime.processes === undefined) {
    const message =
      `Task '${uid}': executable tasks need child processes (the capability 'processes'), and the runtime '${runtime.name}' has ` +
      'none. Route it to a backend in Node, Deno or Bun, or write it as a function.'
    throw new ClusterError(message, { uid, code: 'ERR_NOT_SUPPORTED' })
  }
  const command = commandOf(record, options, shop)
  const { cwd } = options
  return {
    stops: true,
    async run({ signal, opened }) {
      const runner = (await runtime.processes?.()) as ProcessRunner
      try {
        return outcomeOf(
          await runner.run(cwd === undefined && opened?.folder !== undefined ? { ...command, cwd: opened.folder } : command, {
            signal,
            graceMs,
          }),
          uid,
          command,
        )
      } catch (error) {
        const { message, cause = error } = error as Error
        throw new TaskExecutionError(`Task '${uid}': '${shown(command)}' could not be run: ${message}`, {
          uid,
          cause,
          stderr: '',
        })
      }
    },
  }
}

function commandOf(
  record: TaskRecord,
  { cwd, env, shell = false }: ExecutableOptions,
  { runtime, outputFolder }: Workshop,
): Command {
  const { uid, executable, arguments: args = [], captureStdio = false } = record
  if (typeof executable !== 'string') throw invalid(uid, 'executable', `must be a string, got ${kindOf(executable)}`)
  if (!Array.isArray(args)) throw invalid(uid, 'arguments', `must be an array of strings, got ${kindOf(args)}`)
  args.forEach((argument: unknown, i) => {
    if (typeof argument !== 'string') throw invalid(uid, `arguments[${i}]`, `must be a string, got ${kindOf(argument)}`)
  })
  return {
    executable,
    arguments: [...args],
    cwd: cwd ?? runtime.workDir(),
    env,
    shell,
    capture: captureStdio ? captureIn(outputFolder(), uid) : undefined,
  }
}

function invalid(uid: string, path: string, what: string): TaskValidationError {
  return new TaskValidationError(`Task '${uid}': ${path} ${what}`, { uid, path })
}

// A uid is no path: none may lead elsewhere.
function captureIn(folder: string, uid: string): Command['capture'] {
  const base = `${folder.replace(/[/\\]$/, '')}/${uid.replace(/[/\\]/g, encodeURIComponent)}`
  return { stdout: `${base}.stdout`, stderr: `${base}.stderr` }
}

function outcomeOf(exit: ProcessExit, uid: string, command: Command): Outcome {
  const { exitCode, signal, stdout, stderr, lastLines } = exit
  const written = exitCode === undefined ? { stdout, stderr } : { stdout, stderr, exitCode }
  if (exitCode === 0) return written
  const how = exitCode === undefined ? `was ended by ${signal}` : `ended with exit code ${exitCode}`
  const lastLine = lastLines.slice(lastLines.lastIndexOf('\n') + 1)
  const message = `Task '${uid}': '${shown(command)}' ${how}${lastLine === '' ? '' : `: ${lastLine}`}`
  return { ...written, exception: new TaskExecutionError(message, { uid, stderr: lastLines, ...endOf(exit) }) }
}

function endOf({ exitCode, signal }: ProcessExit): { exitCode?: number; signal?: string } {
  return { ...(exitCode !== undefined && { exitCode }), ...(signal !== undefined && { signal }) }
}

const MOST_SHOWN = 200

function shown({ executable, arguments: args }: Command): string {
  const line = [executable, ...args].join(' ')
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line
}
