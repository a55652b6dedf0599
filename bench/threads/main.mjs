// The stage of a contender where there are `worker_threads`: in Node, Deno and Bun. The arguments are the workload's name, the
// contender's, the runtime's, and the sizes. Each line on stdin is the index of a measurement, and is answered by a sample.
import process from 'node:process'
import { createInterface } from 'node:readline'
import * as daskflow from 'daskflow'
import { peersOf } from '../peers/all.mjs'
import { setStage } from '../stage.mjs'
import { startWorker } from './start-worker.mjs'

const [, , workload, contender, runtime, sizes] = process.argv
const platform = { startWorker, daskflow, peers: peersOf(runtime), sizes: JSON.parse(sizes) }
const { note, takeSample } = await setStage(await import(`../workloads/${workload}.mjs`), contender, platform)
answer({ note, version: process.versions[runtime] })
for await (const line of createInterface(process.stdin)) answer(await takeSample(Number(line)))
process.exit(0)

function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
