// The packed package in Deno, by `worker_threads`.
import { runInRuntime } from '../runtime.mjs'

await runInRuntime('deno', { limits: 'DENO', run: ['run'], flags: ['--allow-all'], faults: true })
