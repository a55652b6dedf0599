import { Line } from './line.mjs'

const IN_FLIGHT = 100
const BATCH = 100
const BATCHES_IN_FLIGHT = 4

/** The limit: messages to workers that answer, and nothing else. `startWorker` is the platform's. */
export function startRaw({ startWorker, workers }) {
  const lines = Array.from({ length: workers }, () => new Line(startWorker('raw')))
  let mover
  return {
    note: `${IN_FLIGHT} in flight`,
    runAll: (batch) => exchange(lines, batch, { ahead: IN_FLIGHT, size: 1, messageOf: (from) => toMessage(batch, from) }),
    runOne: (value) => lines[0].ask({ id: 0, value }).then((answer) => answer.value),
    runMoved(array) {
      mover ??= new Line(startWorker('mover'))
      return mover.ask(array, [array.buffer])
    },
  }
}

export function startRawInBatches({ startWorker, workers }) {
  const lines = Array.from({ length: workers }, () => new Line(startWorker('raw')))
  const messageOf = (batch) => (from, to) => Array.from({ length: to - from }, (_, i) => toMessage(batch, from + i))
  return {
    note: `of ${BATCH}`,
    runAll: (batch) => exchange(lines, batch, { ahead: BATCHES_IN_FLIGHT, size: BATCH, messageOf: messageOf(batch) }),
  }
}

const toMessage = (batch, n) => ({ id: n, value: batch.inputOf(n) })

/** Runs a batch in messages of `size` tasks, and keeps each worker supplied with `ahead` of them. */
async function exchange(lines, batch, { ahead, size, messageOf }) {
  let sent = 0
  const sendNext = (line) => {
    if (sent === batch.count) return
    const from = sent
    sent = Math.min(from + size, batch.count)
    line.send(messageOf(from, sent))
  }
  for (const line of lines) {
    line.receive = (answer) => {
      if (Array.isArray(answer)) for (const { id, value } of answer) batch.add(id, value)
      else batch.add(answer.id, answer.value)
      sendNext(line)
    }
    for (let i = 0; i < ahead; i++) sendNext(line)
  }
  await batch.complete
}
