/** Runs until it is cancelled, and keeps nobody waiting then. */
export const holdUntilCanceled = async () => {
  const { signal } = getTaskContext()
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}

export const isHolding = (task) => task.function === holdUntilCanceled

/** Gives each of a backend's workers a task that holds it, and answers what ends those tasks. */
export async function holdWorkers(backend, workers) {
  const tasks = Array.from({ length: workers }, (_, n) => ({ uid: `hold.${n}`, function: holdUntilCanceled }))
  await untilAll(backend, tasks, 'RUNNING', () => backend.submitTasks(tasks))
  return () => untilAll(backend, tasks, 'CANCELED', () => tasks.map(({ uid }) => backend.cancelTask(uid)))
}

async function untilAll(backend, tasks, wanted, act) {
  const left = new Set(tasks)
  const reached = new Promise((resolve) => {
    const unsubscribe = backend.registerCallback((task, state) => {
      if (state !== wanted || !left.delete(task) || left.size > 0) return
      unsubscribe()
      resolve()
    })
  })
  await act()
  await reached
}
