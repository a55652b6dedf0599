import { FUNCTIONS } from '../functions.mjs'

/** Ours as a user has it: records with uids, a listener, every state reported, each task cancellable. */
export async function startOurs({ daskflow, workers, threadsPerWorker }) {
  const backend = await new daskflow.DaskExecutionBackend({
    nWorkers: workers,
    ...(threadsPerWorker !== undefined && { threadsPerWorker }),
  })
  let receive
  backend.registerCallback((task, state) => state !== 'RUNNING' && receive(task))
  return {
    note: '',
    async runAll(batch) {
      const fn = FUNCTIONS[batch.fn]
      receive = (task) => batch.add(Number(task.uid), outcomeOf(task))
      await backend.submitTasks(Array.from({ length: batch.count }, (_, n) => toTask(n, fn, batch.inputOf(n))))
      await batch.complete
    },
    async runOne(value) {
      const ended = new Promise((resolve) => {
        receive = resolve
      })
      await backend.submitTasks([toTask(0, FUNCTIONS.noop, value)])
      return outcomeOf(await ended)
    },
    stop: () => backend.shutdown(),
  }
}

const toTask = (n, fn, value) => ({ uid: `${n}`, function: fn, args: [value] })
const outcomeOf = (task) => (task.state === 'DONE' ? task.returnValue : (task.exception ?? task.state))
