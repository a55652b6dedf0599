/** How long a contender may take to start, and to answer a sample. */
export const START_MS = 60_000
export const SAMPLE_MS = 60_000

/** Waits for a promise no longer than `timeoutMs`; `what` names what then took too long. */
export function within(timeoutMs, what, promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} has not ended within ${timeoutMs / 1000} s.`)), timeoutMs)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
