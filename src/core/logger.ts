/** Where a backend says what a user must see, and nothing else. `console` is one. */
export interface Logger {
  warn(...args: unknown[]): void
  error(...args: unknown[]): void
}

/** A logger whose own failures stay its own: what it is told of must not get worse by telling. */
export function guardLogger(logger: Logger): Logger {
  const guarded =
    (level: keyof Logger) =>
    (...args: unknown[]) => {
      try {
        logger[level](...args)
      } catch {
        // There is nobody left to tell.
      }
    }
  return { warn: guarded('warn'), error: guarded('error') }
}
