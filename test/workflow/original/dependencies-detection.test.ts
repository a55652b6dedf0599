import { InputFile, OutputFile } from 'daskflow'
import { expect, test } from 'vitest'
import { noopFlow } from '../flow.js'

test('test_detect_data_dependencies', async () => {
  const flow = await noopFlow()
  const task = flow.functionTask(async (..._: unknown[]) => 1)
  const { metadata } = task(new InputFile('a.txt'), new OutputFile('b.txt'), 42, 'string').task
  expect(metadata).toEqual({ dependencies: [], inputFiles: ['a.txt'], outputFiles: ['b.txt'] })
})

// Mended: theirs holds the whole record of each dependency, ours its uid and its name.
test('test_detect_task_dependencies', async () => {
  const flow = await noopFlow()
  const task1 = flow.functionTask({ name: 'task1' }, async (_: unknown) => 1)
  const task2 = flow.functionTask({ name: 'task2' }, async (_: unknown) => 2)
  const future = task2(task1)
  await future
  // A task that was not called is a function like others.
  expect([future.task.metadata, future.task.args]).toEqual([undefined, [task1]])
  expect(task1(future).task.metadata?.dependencies).toEqual([{ uid: future.uid, name: 'task2' }])
})
