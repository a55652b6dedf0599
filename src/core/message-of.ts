/** The text of what was thrown, or given as a reason; `undefined` where it has none. Never throws, whatever it is. */
export function messageOf(reason: unknown): string | undefined {
  try {
    const text: unknown = reason instanceof Error ? reason.message : reason
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}
