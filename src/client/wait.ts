import { within } from '../core/within.js'
import { type Check, isTime } from '../input/check-keys.js'
import { checkTaskOptions } from '../input/task-options.js'
import { Future, type WaitOptions } from './future.js'

/** The options of `wait`. */
export interface WaitForOptions extends WaitOptions {
  /** Default: all. An exception is one of a task; where none comes, all are waited for. */
  readonly returnWhen?: 'ALL_COMPLETED' | 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | undefined
}

const WHEN = ['ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION']
const CHECKS: Readonly<Record<keyof WaitForOptions, Check>> = {
  timeout: isTime,
  returnWhen: (value) => (WHEN.includes(value as string) ? undefined : `must be one of ${WHEN.join(', ')}`),
}

/** What `wait` answers. */
export interface Waited<F extends Future> {
  /** Those that have ended, well or not. */
  readonly done: Set<F>
  /** Those that are still pending. */
  readonly notDone: Set<F>
}

/**
 * Waits until futures have ended, however they do.
 *
 * @throws {TaskTimeoutError} when that takes longer than `timeout` (ms); the tasks go on
 */
export async function wait<F extends Future>(futures: Iterable<F> | F, options: WaitForOptions = {}): Promise<Waited<F>> {
  const { timeout, returnWhen = 'ALL_COMPLETED' } = checkTaskOptions<WaitForOptions>(options, { what: 'options', checks: CHECKS })
  const all = Future.listOf(futures)
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
