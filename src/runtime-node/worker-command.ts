import type { Command } from './command.js'
import { DaskWorker } from './dask.js'
import { readArguments, USAGE, type WorkerArguments } from './worker-arguments.js'

/** Joins a cluster, and stays until it is told to end. */
export const workerCommand: Command = {
  usage: USAGE,
  async run(argv) {
    const { cwd, workers } = readArguments(argv, process.env)
    if (cwd !== undefined) process.chdir(cwd)
    await work(workers)
  },
}

async function work(options: WorkerArguments['workers']): Promise<void> {
  const workers = await joined(options.map((each) => DaskWorker.create(each)))
  for (const { name, address, scheduler } of workers)
    console.log(`Worker '${name}' at ${address}, of the cluster at ${scheduler}`)
  const leave = () => void Promise.all(workers.map((worker) => worker.retire()))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave)
  const ends = await Promise.all(workers.map(({ closed }) => closed))
  const lost = ends.find((end) => end !== undefined)
  if (lost !== undefined) throw lost
  console.log('Left the cluster')
}

/** All of them, or none. */
async function joined(joining: readonly Promise<DaskWorker>[]): Promise<readonly DaskWorker[]> {
  try {
    return await Promise.all(joining)
  } catch (error) {
    const ends = await Promise.allSettled(joining)
    await Promise.all(ends.map((end) => end.status === 'fulfilled' && end.value.close()))
    throw error
  }
}
