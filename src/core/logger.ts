/** Where a backend says what a user must see, and nothing else. `console` is one. */
export interface Logger {
  /** What only somebody who looks for a fault wants to know. A console that was not given on purpose is not told. */
  debug?(...args: unknown[]): void
  /** What may be of concern. */
  warn(...args: unknown[]): void
  /** What went wrong, and nobody else hears of. */
  error(...args: unknown[]): void
}

/** The console, for who gave no logger. */
export const QUIET: Logger = {
  warn: (...args) => console.warn(...args),
  error: (...args) => console.error(...args),
}

/** A logger whose own failures stay its own: what it is told of must not get worse by telling. */
export function guardLogger(logger: Logger): Logger {
  const guarded =
    (level: 'debug' | 'warn' | 'error') =>
    (...args: unknown[]) => {
      try {
        logger[level]?.(...args)
      } catch {
        // There is nobody left to tell.
      }
    }
  return { debug: guarded('debug'), warn: guarded('warn'), error: guarded('error') }
}
