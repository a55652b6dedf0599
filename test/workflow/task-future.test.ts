import { DaskExecutionBackend } from 'daskflow'
import { expect, test } from 'vitest'
import { errorOf } from '../conformance/recorder.js'
import { createFlow } from './flow.js'

test('a future where none is looked for is not sent to a worker as something else', async () => {
  const flow = await createFlow({ backend: new DaskExecutionBackend({ nWorkers: 1 }) })
  const echo = flow.functionTask(async (value: unknown) => value)
  class Holder {
    readonly future = echo(1)
  }
  for (const [given, where] of [
    [new Set([echo(1)]), 'args[0].values()[0]'],
    [new Holder(), 'args[0].future'],
  ] as const) {
    const error = await errorOf(echo(given).result())
    expect(error).toMatchObject({ code: 'ERR_TASK_VALIDATION', path: where })
    expect(error.message).toContain('is a future, which is found only in arrays, plain records and Maps')
  }
})
