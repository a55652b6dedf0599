import { Worker } from 'node:worker_threads'

export function start() {
  const worker = new Worker(new URL('./raw-worker.mjs', import.meta.url))
  return {
    runOne: (value) =>
      new Promise((resolve) => {
        worker.once('message', resolve)
        worker.postMessage(value)
      }),
  }
}
