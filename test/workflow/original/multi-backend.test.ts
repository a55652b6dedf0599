import { NoopExecutionBackend, type WorkflowEngine } from 'daskflow'
import { expect, test } from 'vitest'
import { errorOf } from '../../conformance/recorder.js'
import { HeldBackend } from '../../fakes/held-backend.js'
import { createFlow, flowOver, localFlow, noopFlow } from '../flow.js'

const strip = async (text: string) => text.trim()
const ask = async (text: string) => `Summarize: ${text}`
const close = async (text: string) => `[done] ${text}`

const twoBackends = () => flowOver(new NoopExecutionBackend({ name: 'compute' }), new NoopExecutionBackend({ name: 'ai' }))

/** Many pipelines of three steps at once; where nothing is said, all on the first backend. */
async function runPipelines(flow: WorkflowEngine, count: number, backends: { compute?: string; ai?: string } = {}) {
  const preprocess = flow.functionTask({ backend: backends.compute }, strip)
  const summarize = flow.promptTask({ backend: backends.ai }, ask)
  const postprocess = flow.functionTask({ backend: backends.compute }, close)
  const pipelines = Array.from({ length: count }, (_, i) => postprocess(summarize(preprocess(`doc-${i}`))))
  return Promise.all(pipelines)
}

test('test_prompt_task_end_to_end_dry_run', async () => {
  const flow = await createFlow({ dryRun: true })
  expect(await flow.promptTask(ask)('AsyncFlow is a workflow engine.')).toBe('Dummy Prompt Output')
})

test('test_prompt_task_in_dag', async () => {
  const backend = new HeldBackend()
  const flow = await flowOver(backend)
  const preprocess = flow.functionTask({ name: 'preprocess' }, strip)
  const summarize = flow.promptTask({ name: 'summarize' }, ask)
  const future = summarize(preprocess('  Hello World  '))
  await backend.has('preprocess')
  expect(backend.batches).toEqual([['preprocess']])
  await backend.tell('preprocess', 'DONE', { returnValue: 'Hello World' })
  expect((await backend.has('summarize')).prompt).toBe('Summarize: Hello World')
  await backend.tell('summarize', 'DONE', { stdout: 'Hi' })
  expect(await future).toBe('Hi')
})

test('test_prompt_task_concurrent_workflows', async () => {
  const flow = await noopFlow()
  expect(await runPipelines(flow, 8)).toEqual(Array(8).fill('Dummy Output'))
})

test('test_function_task_and_prompt_task_route_to_separate_backends', async () => {
  const flow = await twoBackends()
  const preprocessed = flow.functionTask({ backend: 'compute' }, strip)('  hello  ')
  const summary = flow.promptTask({ backend: 'ai' }, ask)(preprocessed)
  expect([await summary, await preprocessed]).toEqual(['Dummy Prompt Output', 'Dummy Output'])
})

test('test_mixed_routing_concurrent_pipelines', async () => {
  const flow = await twoBackends()
  expect(await runPipelines(flow, 16, { compute: 'compute', ai: 'ai' })).toEqual(Array(16).fill('Dummy Output'))
})

test('test_default_backend_handles_unrouted_tasks', async () => {
  const [compute, ai] = [new HeldBackend('compute'), new HeldBackend('ai')]
  const flow = await flowOver(compute, ai)
  const future = flow.functionTask({ name: 'unrouted' }, async () => 'unrouted result')()
  await compute.tell('unrouted', 'DONE', { returnValue: 'unrouted result' })
  expect(await future).toBe('unrouted result')
  expect(ai.batches).toEqual([])
})

test('test_shutdown_drains_all_backends', async () => {
  const backends = ['b1', 'b2', 'b3'].map((name) => new HeldBackend(name))
  const flow = await flowOver(...backends)
  await flow.shutdown()
  expect(backends.map(({ shutdowns }) => shutdowns)).toEqual([1, 1, 1])
})

test('test_local_backend_prompt_task_raises_not_implemented', async () => {
  const flow = await localFlow()
  const error = await errorOf(flow.promptTask(ask)('test?').result())
  expect(error.code).toBe('ERR_NOT_SUPPORTED')
  expect(error.message).toMatch(/^LocalExecutionBackend does not support prompt_task\./)
})
