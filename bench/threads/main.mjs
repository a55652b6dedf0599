// Measures one workload where there are `worker_threads`: in Node, Deno and Bun. The arguments are the runtime's name, the
// workload's, and the file to write what was measured to.
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import * as daskflow from 'daskflow'
import { startOurs } from '../contenders/ours.mjs'
import { sizes } from '../sizes.mjs'
import { startWorker } from './start-worker.mjs'

/** Deno and Bun have Web Workers too, and Node has not. */
const onWebWorkers = {
  name: 'DaskExecutionBackend on Web Workers',
  role: 'other',
  start: async (options) => startOurs({ ...options, daskflow: await import('daskflow/runtime-web') }),
}

const [, , runtime, workload, file] = process.argv
const peers = runtime === 'node' ? (await import('../peers/all.mjs')).PEERS : [onWebWorkers]
const { measure } = await import(`../workloads/${workload}.mjs`)
const tables = await measure({ runtime, startWorker, daskflow, peers, sizes })
writeFileSync(file, JSON.stringify({ version: process.versions[runtime], tables }))
process.exit(0)
