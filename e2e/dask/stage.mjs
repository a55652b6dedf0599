import { Cluster } from './cluster.mjs'

/** What the tests need: an installation of Dask, and an empty folder with the packed package. */
export class Stage {
  #dask
  consumer

  constructor(dask, consumer) {
    this.#dask = dask
    this.consumer = consumer
    consumer.write('in-test.mjs', IN_TEST)
  }

  /** A test on a cluster of its own, with workers of so many threads each. `options`: of the cluster. */
  on(nthreads, test, options) {
    return async () => {
      const cluster = await Cluster.start(this.#dask, this.consumer, options)
      try {
        const workers = await Promise.all(nthreads.map((count, i) => cluster.worker(`js-${i}`, count)))
        return await test(cluster, workers)
      } finally {
        await cluster.end()
      }
    }
  }

  /** Starts a script in Node. */
  script(cluster, file, text, ...how) {
    this.consumer.write(
      file,
      `import { backendOn, ended, told } from './in-test.mjs'\nimport assert from 'node:assert/strict'\n${text}`,
    )
    return cluster.script(file, ...how)
  }

  /** Runs one. Answers what it printed. */
  run(cluster, file, text) {
    return this.script(cluster, file, text).succeeded()
  }
}

const IN_TEST = `
import { DaskExecutionBackend } from 'daskflow'
export const backendOn = () => new DaskExecutionBackend({ address: process.argv[2] }).start()
/** Resolves to the records when all have ended. */
export async function ended(backend, tasks, submitted = () => {}) {
  let left = tasks.length
  const over = new Promise((resolve) => backend.registerCallback((task, state) => state !== 'RUNNING' && --left === 0 && resolve()))
  await backend.submitTasks(tasks)
  submitted()
  await over
  return tasks
}
/** Resolves when the test says so. */
export const told = () => new Promise((resolve) => process.stdin.once('data', resolve)).finally(() => process.stdin.pause())
`
