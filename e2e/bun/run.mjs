// The packed package in Bun, by `worker_threads`.
import { runInRuntime } from '../runtime.mjs'

await runInRuntime('bun', { limits: 'BUN', faults: true })
