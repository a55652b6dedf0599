import { moduleFunction } from 'daskflow'

// The workers import the module; the function itself is never sent.
const measureFile = moduleFunction(new URL('./measure.js', import.meta.url), 'measureFile')

/**
 * The task that measures a file.
 *
 * @param {string} path
 * @param {string} uid names it among the tasks that a backend runs at the same time
 */
export function measureTask(path, uid = path) {
  return { uid, function: measureFile, args: [path] }
}

/**
 * Runs tasks. Resolves when all have ended, however they ended. Rejects when the signal aborts, and leaves what is still
 * running to the shutdown of the backend.
 *
 * @param {import('daskflow').DaskExecutionBackend} backend that runs nothing else meanwhile
 * @param {import('daskflow').TaskRecord[]} tasks
 * @param {AbortSignal} signal
 * @param {(task: import('daskflow').TaskRecord) => void} [onEnd] called with each that is DONE, FAILED or CANCELED
 */
export async function runTasks(backend, tasks, signal, onEnd) {
  signal.throwIfAborted()
  if (tasks.length === 0) return
  await new Promise((resolve, reject) => {
    let left = tasks.length
    const settle = (end, reason) => {
      unsubscribe()
      signal.removeEventListener('abort', abort)
      end(reason)
    }
    const abort = () => settle(reject, signal.reason)
    const unsubscribe = backend.registerCallback((task, state) => {
      if (state === 'RUNNING') return
      onEnd?.(task)
      if (--left === 0) settle(resolve)
    })
    signal.addEventListener('abort', abort)
    backend.submitTasks(tasks).catch((error) => settle(reject, error))
  })
}
