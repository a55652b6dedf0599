import { type ChildProcess, spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command, ProcessEnd, ProcessExit, ProcessRunner } from '../core/processes.js'
import { ProcessGroup } from './process-group.js'
import { openOutput, type ProcessOutput } from './process-output.js'

/** Child processes, each the leader of a group of its own. */
export const nodeProcesses: ProcessRunner = {
  async run(command, end) {
    const output = await openOutput(command.capture)
    try {
      end.signal.throwIfAborted()
      return await runWith(output, command, end)
    } finally {
      await output.close()
    }
  },
}

async function runWith(output: ProcessOutput, command: Command, { signal, graceMs }: ProcessEnd): Promise<ProcessExit> {
  const [child, closed] = await start(command, output)
  const group = new ProcessGroup(child)
  let ended: Promise<void> | undefined
  const end = () => {
    ended = group.end(graceMs).then(() => letGo(child, closed))
  }
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  try {
    const exit = await closed
    await ended
    return { ...exit, ...(await output.written()) }
  } finally {
    signal.removeEventListener('abort', end)
    group.leave()
  }
}

// What was written before may still have to be read.
const READ_MS = 100

/** One that left the group may have its pipes still, and nobody waits for that. */
async function letGo({ stdout, stderr }: ChildProcess, closed: Promise<unknown>): Promise<void> {
  await Promise.race([closed, sleep(READ_MS)])
  stdout?.destroy()
  stderr?.destroy()
}

type Exit = Pick<ProcessExit, 'exitCode' | 'signal'>

/** Answers the child when it runs, and what becomes of it. @throws when it cannot be started */
async function start(command: Command, output: ProcessOutput): Promise<[ChildProcess, closed: Promise<Exit>]> {
  try {
    const child = spawnChild(command, output)
    const closed = new Promise<Exit>((resolve) => {
      child.once('close', (code, signal) => resolve({ exitCode: code ?? undefined, signal: signal ?? undefined }))
    })
    output.read(child)
    if (child.pid === undefined) throw await new Promise((resolve) => child.once('error', resolve))
    // That it could not be sent a signal is no end of it.
    child.on('error', () => {})
    return [child, closed]
  } catch (cause) {
    throw new Error(await whyNotStarted(command, cause), { cause })
  }
}

function spawnChild(command: Command, { stdio, errorStdio }: ProcessOutput): ChildProcess {
  const { executable, arguments: args, cwd, shell } = command
  const [file, given] = shell ? [[executable, ...args.map(quoted)].join(' '), []] : [executable, args]
  return spawn(file, given, {
    cwd,
    shell,
    env: environmentOf(command),
    stdio: ['ignore', stdio, errorStdio],
    detached: ProcessGroup.detached,
    windowsHide: true,
  })
}

// What a shell takes as it is, within these quotes. (Windows has others.)
function quoted(argument: string): string {
  if (process.platform === 'win32') return `"${argument.replace(/"/g, '""')}"`
  return `'${argument.replace(/'/g, "'\\''")}'`
}

function environmentOf({ env }: Command): NodeJS.ProcessEnv {
  if (env === undefined) return process.env
  return Object.fromEntries(Object.entries({ ...process.env, ...env }).filter(([, value]) => value !== undefined))
}

/** As the rest of a sentence. Platforms say the same of a command and of a folder that is missing. */
async function whyNotStarted({ executable, cwd }: Command, cause: unknown): Promise<string> {
  if (!(await isThere(cwd, 'folder'))) return `there is no folder '${cwd}' to run it in`
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown }
  if (code === 'ENOENT') {
    const isScript = executable.includes('/') && (await isThere(resolve(cwd, executable), 'file'))
    return isScript ? 'the interpreter that its first line names is missing' : `there is no command '${executable}'`
  }
  if (code === 'EACCES') return `'${executable}' may not be executed`
  return String(message ?? cause)
}

async function isThere(path: string, kind: 'folder' | 'file'): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return kind === 'folder' ? found?.isDirectory() === true : found !== undefined
}
