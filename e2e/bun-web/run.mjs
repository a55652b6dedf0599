// The packed package in Bun, by its Web Workers.
import { runInRuntime } from '../runtime.mjs'

await runInRuntime('bun', { limits: 'BUN_WEB', entry: 'daskflow/runtime-web' })
