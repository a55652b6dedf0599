// The limit of the wire: a worker that runs the task and answers, and nothing else.
import { parentPort } from 'node:worker_threads'

const noop = async (n) => n

parentPort.on('message', async (message) => {
  if (Array.isArray(message)) {
    const answers = []
    for (const { id, n } of message) answers.push({ id, value: await noop(n) })
    parentPort.postMessage(answers)
  } else {
    parentPort.postMessage({ id: message.id, value: await noop(message.n) })
  }
})
