import { InputFile, OutputFile } from 'daskflow'
import { expect, test } from 'vitest'
import { HeldBackend } from '../../fakes/held-backend.js'
import { flowOver } from '../flow.js'

test('test_implicit_data_dependencies_trigger', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const task1 = flow.functionTask({ name: 'task1' }, async () => 'task result')
  const task2 = flow.functionTask({ name: 'task2' }, async (_: string) => 'task result')
  const future = task2(task1())
  await backend.tell('task1', 'DONE')
  await backend.tell('task2', 'DONE')
  await future
  expect(backend.links).toEqual(['task1 -> task2'])
})

test('test_explicit_data_dependencies_trigger', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const task1 = flow.functionTask({ name: 'task1' }, async (_: OutputFile) => 'task result')
  const task2 = flow.functionTask({ name: 'task2' }, async (_: string, __: InputFile) => 'task result')
  const future = task2(task1(new OutputFile('joshua.txt')), new InputFile('joshua.txt'))
  await backend.tell('task1', 'DONE')
  await backend.tell('task2', 'DONE')
  await future
  expect(backend.links).toEqual(['task1 -> task2: joshua.txt'])
})
