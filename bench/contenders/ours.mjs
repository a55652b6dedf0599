import { FUNCTIONS } from '../functions.mjs'
import { holdWorkers, isHolding } from './holding.mjs'

/** Ours as a user has it: records with uids, a listener, every state reported, each task cancellable. */
export async function startOurs({ daskflow, workers, threadsPerWorker = 1 }) {
  return new OurPool(await new daskflow.DaskExecutionBackend({ nWorkers: workers, threadsPerWorker }), daskflow, workers)
}

class OurPool {
  note = ''
  #backend
  #transfer
  #workers
  #receive

  constructor(backend, { transfer }, workers) {
    this.#backend = backend
    this.#transfer = transfer
    this.#workers = workers
    backend.registerCallback((task, state) => state !== 'RUNNING' && !isHolding(task) && this.#receive(task))
  }

  runAll(batch) {
    return this.runRecords(toRecords(batch), batch)
  }

  async runRecords(records, batch) {
    await this.submit(records, batch)
    await batch.complete
  }

  /** Resolves when they are accepted, which is before they are done. */
  submit(records, batch) {
    this.#receive = (task) => batch.add(task.n, outcomeOf(task))
    return this.#backend.submitTasks(records)
  }

  runOne(value) {
    return this.#runAlone(FUNCTIONS.noop, value)
  }

  runMoved(array) {
    return this.#runAlone(moveBack, this.#transfer(array, [array.buffer]))
  }

  /** Keeps the workers from running anything, until the function that it resolves to is called. */
  hold() {
    return holdWorkers(this.#backend, this.#workers)
  }

  async #runAlone(fn, value) {
    const ended = new Promise((resolve) => {
      this.#receive = resolve
    })
    await this.#backend.submitTasks([toRecord(0, fn, value)])
    return outcomeOf(await ended)
  }
}

export function toRecords({ count, fn, inputOf }) {
  return Array.from({ length: count }, (_, n) => toRecord(n, FUNCTIONS[fn], inputOf(n)))
}

// By this name a task that is shipped as source sees the library's function.
const moveBack = async (array) => transfer(array, [array.buffer])

const toRecord = (n, fn, value) => ({ uid: `task.${n}`, n, function: fn, args: [value] })
const outcomeOf = (task) => (task.state === 'DONE' ? task.returnValue : (task.exception ?? task.state))
