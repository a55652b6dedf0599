import { strict as assert } from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const BUSY = `
import { DaskExecutionBackend } from 'daskflow'
const backend = await new DaskExecutionBackend({ nWorkers: 2 })
let running = 0
backend.registerCallback((_, state) => state === 'RUNNING' && ++running === 2 && console.log('running'))
await backend.submitTasks([
  { uid: 'loop', function: async () => { for (;;); } },
  { uid: 'wait', function: async () => new Promise(() => setInterval(() => {}, 1000)) },
])`

/** Ends a program of which tasks are running, one of them a loop: it ends by the signal, and leaves nothing behind. */
export async function seeSigterm(consumer, program, run = []) {
  const scratch = join(consumer.folder, 'scratch')
  mkdirSync(scratch)
  consumer.write('sigterm.mjs', BUSY)
  const child = spawn(program, [...run, 'sigterm.mjs'], {
    cwd: consumer.folder,
    env: { ...process.env, TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  })
  const errors = []
  child.stderr.on('data', (chunk) => errors.push(chunk))
  child.stdout.once('data', () => child.kill('SIGTERM'))
  // Closed when nobody holds the pipes any more: neither the process nor one that it started.
  const [code, signal] = await once(child, 'close')
  assert.deepEqual([code, signal, Buffer.concat(errors).toString()], [null, 'SIGTERM', ''])
  assert.deepEqual(readdirSync(scratch), [])
}
