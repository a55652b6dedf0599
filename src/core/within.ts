import { TaskTimeoutError } from './errors.js'

/** What a promise resolves to. @throws {TaskTimeoutError} when that takes longer than `timeout` milliseconds */
export async function within<T>(what: string, promise: Promise<T>, timeout: number | undefined): Promise<T> {
  if (timeout === undefined) return promise
  let timer: TimerHandle | undefined
  const late = new Promise<never>((_, reject) => {
    const message = `'${what}' was not there within ${timeout} ms. It goes on: ask again, or cancel it.`
    timer = setTimeout(() => reject(new TaskTimeoutError(message)), timeout)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
