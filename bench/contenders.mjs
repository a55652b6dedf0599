// Ways to have two workers run no-op tasks, one number in and out: ours as a user has it, beside the wire that it runs on
// and beside comlink on that wire. `startWorker(service)` is the platform's: it starts one of services.mjs in a worker,
// and answers that worker's `endpoint`, shaped like a Web Worker, and `terminate()`.
import { wrap } from 'comlink'
import { Tally } from './tally.mjs'

export const WORKERS = 2
export const OURS = 'DaskExecutionBackend'

const IN_FLIGHT = 100
const BATCH = 100
const BATCHES_IN_FLIGHT = 4

/**
 * Starts the contenders. Each has `runAll(count)`, which throws unless every value is right, and `stop()`; one that can
 * run a task alone has `runOne(n)`, which answers its value.
 */
export async function startContenders({ startWorker, Backend }) {
  return {
    [`raw postMessage, ${IN_FLIGHT} in flight`]: startRaw(startWorker),
    [`raw postMessage, batches of ${BATCH}`]: startRawInBatches(startWorker),
    [`comlink, ${IN_FLIGHT} in flight`]: startComlink(startWorker),
    [OURS]: await startOurs(Backend),
  }
}

function startRaw(startWorker) {
  const workers = startAll(startWorker, 'raw')
  const lines = workers.map((worker) => new Line(worker))
  return {
    runAll: (count) => exchange(lines, count, { ahead: IN_FLIGHT, size: 1, messageOf: toRawTask }),
    runOne: (n) => lines[0].ask(toRawTask(n)).then(({ value }) => value),
    stop: () => terminateAll(workers),
  }
}

function startRawInBatches(startWorker) {
  const workers = startAll(startWorker, 'raw')
  const lines = workers.map((worker) => new Line(worker))
  const messageOf = (from, to) => Array.from({ length: to - from }, (_, i) => toRawTask(from + i))
  return {
    runAll: (count) => exchange(lines, count, { ahead: BATCHES_IN_FLIGHT, size: BATCH, messageOf }),
    stop: () => terminateAll(workers),
  }
}

function startComlink(startWorker) {
  const workers = startAll(startWorker, 'comlink')
  const remotes = workers.map(({ endpoint }) => wrap(endpoint))
  return {
    async runAll(count) {
      const tally = new Tally(count)
      let next = 0
      const ask = async (remote) => {
        while (next < count) {
          const n = next++
          tally.add(n, await remote.noop(n))
        }
      }
      await Promise.all(remotes.flatMap((remote) => Array.from({ length: IN_FLIGHT }, () => ask(remote))))
      await tally.complete
    },
    runOne: (n) => remotes[0].noop(n),
    stop: () => terminateAll(workers),
  }
}

export async function startOurs(Backend) {
  const backend = await new Backend({ nWorkers: WORKERS })
  let receive
  backend.registerCallback((task, state) => state !== 'RUNNING' && receive(task))
  return {
    async runAll(count) {
      const tally = new Tally(count)
      receive = (task) => tally.add(task.args[0], outcomeOf(task))
      await backend.submitTasks(Array.from({ length: count }, (_, n) => toTask(n)))
      await tally.complete
    },
    async runOne(n) {
      const ended = new Promise((resolve) => {
        receive = resolve
      })
      await backend.submitTasks([toTask(n)])
      return outcomeOf(await ended)
    },
    stop: () => backend.shutdown(),
  }
}

const noop = async (n) => n
const toTask = (n) => ({ uid: `task.${n}`, function: noop, args: [n] })
const toRawTask = (n) => ({ id: n, n })
const outcomeOf = (task) => (task.state === 'DONE' ? task.returnValue : (task.exception ?? task.state))

const startAll = (startWorker, service) => Array.from({ length: WORKERS }, () => startWorker(service))
const terminateAll = (workers) => Promise.all(workers.map((worker) => worker.terminate()))

/** A raw worker, and who hears it. */
class Line {
  receive
  #endpoint

  constructor({ endpoint }) {
    this.#endpoint = endpoint
    endpoint.addEventListener('message', ({ data }) => this.receive(data))
  }

  send(message) {
    this.#endpoint.postMessage(message)
  }

  ask(message) {
    return new Promise((resolve) => {
      this.receive = resolve
      this.send(message)
    })
  }
}

/** Runs `count` tasks in messages of `size`, and keeps each worker supplied with `ahead` of them. */
async function exchange(lines, count, { ahead, size, messageOf }) {
  const tally = new Tally(count)
  let sent = 0
  const sendNext = (line) => {
    if (sent === count) return
    const from = sent
    sent = Math.min(from + size, count)
    line.send(messageOf(from, sent))
  }
  for (const line of lines) {
    line.receive = (answer) => {
      if (Array.isArray(answer)) for (const { id, value } of answer) tally.add(id, value)
      else tally.add(answer.id, answer.value)
      sendNext(line)
    }
    for (let i = 0; i < ahead; i++) sendNext(line)
  }
  await tally.complete
}
