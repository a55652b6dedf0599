/** A command to run as a child process. */
export interface Command {
  readonly executable: string
  readonly arguments: readonly string[]
  readonly cwd?: string | undefined
  /** Beside the variables of this process; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Whether a shell reads it. Otherwise arguments arrive as they are. */
  readonly shell: boolean
  /** The files that get what it writes. Default: it is read here. */
  readonly capture?: { readonly stdout: string; readonly stderr: string } | undefined
}

/** How a process ended. */
export interface ProcessExit {
  /** Absent when a signal ended it. */
  readonly exitCode?: number
  readonly signal?: string
  /** What it wrote, as text; or the paths of the files that hold it. */
  readonly stdout: string
  readonly stderr: string
}

export interface RunningProcess {
  /** Resolves when it has ended and all it wrote was read. Rejects when it could not be started. */
  readonly exited: Promise<ProcessExit>
  /** Ends it with all that it started: asks first, and does not ask again after `graceMs`. */
  end(graceMs: number): void
}

/** Runs child processes. */
export interface ProcessRunner {
  run(command: Command): RunningProcess
}
