import { TaskCanceledError } from 'daskflow'
import { expect, test } from 'vitest'
import { deferred } from '../../../src/core/deferred.js'
import { errorOf } from '../../conformance/recorder.js'
import { HeldBackend } from '../../fakes/held-backend.js'
import { flowOver, localFlow } from '../flow.js'

test('test_simple_future_resolution', async () => {
  const flow = await localFlow()
  const task1 = flow.functionTask(async () => 42)
  const task2 = flow.functionTask(async () => 24)
  const task3 = flow.functionTask(async (...values: number[]) => values)
  expect(await task3(task1(), task2())).toEqual([42, 24])
})

interface Keywords {
  readonly future: string
  readonly regular: string
}

// What are keywords there is a trailing record here.
test('test_mixed_args_resolution', async () => {
  const flow = await localFlow()
  const producer = flow.functionTask(async (value: string) => value)
  const consumer = flow.functionTask(async (future: string, regular: string, keywords: Keywords) => [future, regular, keywords])
  const given = { future: producer('keyword'), regular: 'regular keyword' }
  expect(await consumer(producer('future'), 'regular', given)).toEqual([
    'future',
    'regular',
    { future: 'keyword', regular: 'regular keyword' },
  ])
})

test('test_no_futures_in_args', async () => {
  const flow = await localFlow()
  const simple = flow.functionTask(async (a: number, b: number, { c = 0 } = {}) => a + b + c)
  expect(await simple(10, 20, { c: 5 })).toBe(35)
})

test('test_nested_dependency_chain', async () => {
  const flow = await localFlow()
  const step1 = flow.functionTask(async () => 1)
  const step2 = flow.functionTask(async (before: number) => before * 2)
  const step3 = flow.functionTask(async (before: number) => before * 3)
  const last = flow.functionTask(async (a: number, b: number) => [a, b])
  const first = step1()
  expect(await last(first, step3(step2(first)))).toEqual([1, 6])
})

// Theirs calls `_extract_dependency_values`: what a task is given has the values in all of their places.
test('test_extract_dependency_values_directly', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const task = flow.functionTask({ name: 'task' }, async (..._: unknown[]) => {})
  const [one, two] = [Promise.resolve('value1'), Promise.resolve('value2')]
  task(one, 'regular', two, { a: one, b: 'regular', c: two })
  const { args } = await backend.has('task')
  expect(args).toEqual(['value1', 'regular', 'value2', { a: 'value1', b: 'regular', c: 'value2' }])
})

test('test_cancelled_dependency_handling', async () => {
  const flow = await localFlow()
  const started = deferred<void>()
  const slow = flow.functionTask(async (): Promise<string> => {
    started.resolve()
    return new Promise(() => {})
  })()
  let ran = false
  const dependent = flow.functionTask(async (value: string) => {
    ran = true
    return `Got: ${value}`
  })(slow)
  await started.promise
  slow.cancel()
  expect(await errorOf(dependent.result())).toBeInstanceOf(TaskCanceledError)
  expect([slow.cancelled(), dependent.cancelled(), ran]).toEqual([true, true, false])
})

// Theirs holds it to a second. Ours is counted: what can go together goes at once, and the rest as soon as it can.
test('test_performance_no_regression', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const producer = (name: string) => flow.functionTask({ name }, async (value: number) => value)
  const consumer = flow.functionTask({ name: 'consumer' }, async (...values: number[]) => values)
  const producers = [producer('p1')(1), producer('p2')(2), producer('p3')(3)]
  const future = consumer(...producers)
  for (const [i, name] of ['p1', 'p2', 'p3'].entries()) await backend.tell(name, 'DONE', { returnValue: i + 1 })
  const { args } = await backend.has('consumer')
  expect(args).toEqual([1, 2, 3])
  expect(backend.batches).toEqual([['p1', 'p2', 'p3'], ['consumer']])
  await backend.tell('consumer', 'DONE', { returnValue: 6 })
  expect(await future).toBe(6)
})

test('test_real_workflow_scenario', async () => {
  const flow = await localFlow()
  const fetchData = flow.functionTask(async (source: string) => `data_from_${source}`)
  const processData = flow.functionTask(async (data: string, config: string) => `processed_${data}_with_${config}`)
  const combine = flow.functionTask(async (a: string, b: string) => `combined_${a}_and_${b}`)
  const left = processData(fetchData('api'), 'config_a')
  const right = processData(fetchData('database'), 'config_b')
  expect(await combine(left, right)).toBe(
    'combined_processed_data_from_api_with_config_a_and_processed_data_from_database_with_config_b',
  )
})
