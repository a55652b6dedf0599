import { Future, type WaitOptions, within } from './future.js'

export interface WaitForOptions extends WaitOptions {
  /** Default: all. An exception is one of a task; where none comes, all are waited for. */
  readonly returnWhen?: 'ALL_COMPLETED' | 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | undefined
}

export interface Waited<T> {
  readonly done: Set<Future<T>>
  readonly notDone: Set<Future<T>>
}

/**
 * Waits until futures have ended, however they do.
 *
 * @throws {TaskTimeoutError} when that takes longer than `timeout` (ms); the tasks go on
 */
export async function wait<T>(
  futures: Iterable<Future<T>>,
  { timeout, returnWhen = 'ALL_COMPLETED' }: WaitForOptions = {},
): Promise<Waited<T>> {
  const all = [...futures]
  const stops: (() => void)[] = []
  try {
    await within(`${all.length} future(s)`, enough(all, returnWhen, stops), timeout)
  } finally {
    for (const stop of stops) stop()
  }
  const done = new Set(all.filter((future) => future.done()))
  return { done, notDone: new Set(all.filter((future) => !done.has(future))) }
}

function enough(futures: readonly Future[], returnWhen: WaitForOptions['returnWhen'], stops: (() => void)[]): Promise<void> {
  return new Promise((resolve) => {
    let left = futures.length
    if (left === 0) resolve()
    for (const future of futures) {
      const tell = () => {
        const isFirst = returnWhen === 'FIRST_COMPLETED' || (returnWhen === 'FIRST_EXCEPTION' && future.status !== 'finished')
        if (--left === 0 || isFirst) resolve()
      }
      stops.push(Future.stateOf(future).onSettled(tell))
    }
  })
}
