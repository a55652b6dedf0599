/** One thing that the program `daskflow` does. */
export interface Command {
  readonly usage: string
  /** Resolves when it is over. @throws what went wrong */
  run(argv: readonly string[]): Promise<void>
}

/** What was typed is not what the program takes. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
