import type { ConsoleLike } from '../core/adapter.js'
import { LOG_LEVELS, type LogEntry } from '../core/task-context.js'

/** Hears what is printed, which is printed all the same. For the life of the realm. */
export function watchConsole(
  watched: ConsoleLike,
  onPrinted: (level: LogEntry['level'], args: readonly unknown[]) => void,
): void {
  // What is done with it may print.
  let busy = false
  for (const level of LOG_LEVELS) {
    const print = watched[level]
    if (print === undefined) continue
    watched[level] = (...args) => {
      print.apply(watched, args)
      if (busy) return
      busy = true
      try {
        onPrinted(level, args)
      } finally {
        busy = false
      }
    }
  }
}
