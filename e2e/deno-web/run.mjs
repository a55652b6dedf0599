// The packed package in Deno, by its Web Workers, which keep the process alive until they are shut down.
import { runInRuntime } from '../runtime.mjs'

await runInRuntime('deno', {
  limits: 'DENO_WEB',
  entry: 'daskflow/runtime-web',
  run: ['run'],
  flags: ['--allow-all'],
  atEnd: 'backend.shutdown()',
})
