import { WorkflowEngine } from 'daskflow'
import { expect, onTestFinished, test } from 'vitest'

// Theirs looks for a loop that goes on. There is none here: an engine takes what is called, at any time.
test('test_async_context_startup', async () => {
  const flow = await WorkflowEngine.create({ dryRun: true })
  onTestFinished(() => flow.shutdown())
  const task = flow.functionTask(async () => 1)
  expect(await task()).toBe('Dummy Output')
  expect(await task()).toBe('Dummy Output')
})
