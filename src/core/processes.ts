/** A command to run as a child process. */
export interface Command {
  /** With `shell`: the beginning of a command line, which the shell reads as it is. */
  readonly executable: string
  /** Arrive as they are, also where a shell reads the command. */
  readonly arguments: readonly string[]
  /** Where it runs. */
  readonly cwd: string
  /** Beside the variables of this process; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Whether a shell reads the command. */
  readonly shell: boolean
  /** The files that get what it writes, made anew. Default: it is kept here. */
  readonly capture?:
    | {
        /** The path for its standard output. */
        readonly stdout: string
        /** The path for its standard error. */
        readonly stderr: string
      }
    | undefined
}

/** How a process ended. */
export interface ProcessExit {
  /** Absent when a signal ended it. */
  readonly exitCode?: number | undefined
  /** The signal that ended it: `SIGTERM`. */
  readonly signal?: string | undefined
  /** What it wrote, as text; or the paths of the files that hold it. */
  readonly stdout: string
  /** What it wrote on its standard error. */
  readonly stderr: string
  /** The last lines that it wrote on stderr, wherever that went. */
  readonly lastLines: string
}

/** When a process is to end before it does so by itself. */
export interface ProcessEnd {
  /** Aborts when it is to end, with all that it started. */
  readonly signal: AbortSignal
  /** Milliseconds that they have when they were asked. Then they are not asked again. */
  readonly graceMs: number
}

/** Runs child processes. None outlives this process where that ends by itself. */
export interface ProcessRunner {
  /**
   * Resolves when it has ended and all it wrote was read; where it was to end, when nothing of its group is left.
   *
   * MUST reject when it could not be started, with an error whose message says why, as the rest of a sentence, and whose
   * `cause` is the platform's. It reads nothing: its stdin is empty.
   */
  run(command: Command, end: ProcessEnd): Promise<ProcessExit>
}
