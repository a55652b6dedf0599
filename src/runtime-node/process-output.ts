import type { ChildProcess } from 'node:child_process'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import type { Command, ProcessExit } from '../core/processes.js'

type Written = Pick<ProcessExit, 'stdout' | 'stderr' | 'lastLines'>

/** Where a child process writes to. */
export interface ProcessOutput {
  /** For `spawn`. */
  readonly stdio: 'pipe' | number
  readonly errorStdio: 'pipe' | number
  /** To be called as soon as it runs. */
  read(child: ChildProcess): void
  /** When it has ended. @throws when it cannot be said */
  written(): Promise<Written>
  close(): Promise<void>
}

export async function openOutput(capture: Command['capture']): Promise<ProcessOutput> {
  return capture === undefined ? new PipedOutput() : FileOutput.open(capture)
}

// Of stderr, for messages.
const LAST_LINES = 10
const LAST_BYTES = 4_096

/** What is kept here until the end: to add to a text with every chunk would cost the square of it. */
class PipedOutput implements ProcessOutput {
  readonly stdio = 'pipe'
  readonly errorStdio = 'pipe'
  readonly #stdout: Buffer[] = []
  readonly #stderr: Buffer[] = []

  read({ stdout, stderr }: ChildProcess): void {
    collect(stdout, this.#stdout)
    collect(stderr, this.#stderr)
  }

  async written(): Promise<Written> {
    const stderr = Buffer.concat(this.#stderr)
    return { stdout: textOf(Buffer.concat(this.#stdout)), stderr: textOf(stderr), lastLines: lastLinesOf(stderr) }
  }

  async close(): Promise<void> {}
}

function collect(stream: Readable | null, chunks: Buffer[]): void {
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  // What was destroyed because its writers are gone may say so.
  stream?.on('error', () => {})
}

// At the end, and at once: a character may be spread over chunks.
function textOf(bytes: Buffer): string {
  try {
    return bytes.toString('utf8')
  } catch (cause) {
    throw new Error(`it wrote ${bytes.length} bytes, more than a string can hold; write them to a file (captureStdio)`, { cause })
  }
}

class FileOutput implements ProcessOutput {
  readonly stdio: number
  readonly errorStdio: number
  readonly #paths: NonNullable<Command['capture']>
  readonly #files: readonly FileHandle[]

  static async open(paths: NonNullable<Command['capture']>): Promise<FileOutput> {
    for (const path of [paths.stdout, paths.stderr]) await mkdir(dirname(path), { recursive: true })
    const stdout = await open(paths.stdout, 'w')
    try {
      // It is read, too, for its last lines.
      return new FileOutput(paths, stdout, await open(paths.stderr, 'w+'))
    } catch (error) {
      await stdout.close()
      throw error
    }
  }

  private constructor(paths: NonNullable<Command['capture']>, stdout: FileHandle, stderr: FileHandle) {
    this.#paths = paths
    this.#files = [stdout, stderr]
    this.stdio = stdout.fd
    this.errorStdio = stderr.fd
  }

  read(): void {}

  async written(): Promise<Written> {
    const [, stderr] = this.#files as [FileHandle, FileHandle]
    const { size } = await stderr.stat()
    const { buffer, bytesRead } = await stderr.read(Buffer.alloc(LAST_BYTES), 0, LAST_BYTES, Math.max(0, size - LAST_BYTES))
    return { ...this.#paths, lastLines: lastLinesOf(buffer.subarray(0, bytesRead)) }
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()))
  }
}

function lastLinesOf(bytes: Buffer): string {
  const lines = bytes.subarray(-LAST_BYTES).toString('utf8').trimEnd().split('\n')
  return lines.slice(-LAST_LINES).join('\n')
}
