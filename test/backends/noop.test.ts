import { NoopExecutionBackend, type TaskRecord } from 'daskflow'
import { expect, test } from 'vitest'
import { errorOf, Recorder, runTasks } from '../conformance/recorder.js'

test('each task is DONE with a dummy, without RUNNING, before submitTasks resolves', async () => {
  const backend = new NoopExecutionBackend()
  const recorder = new Recorder(backend)
  const tasks: TaskRecord[] = [
    { uid: 'function', function: async () => 1 },
    { uid: 'executable', executable: 'rm', arguments: ['-rf'] },
    { uid: 'prompt', prompt: 'hello' },
    { uid: 'nothing' },
  ]
  await backend.submitTasks(tasks)
  expect(recorder.events).toEqual(['function DONE', 'executable DONE', 'prompt DONE', 'nothing DONE'])
  const dummies = ['Dummy Output', 'Dummy Output', 'Dummy Prompt Output', 'Dummy Output']
  expect(tasks.map(({ returnValue }) => returnValue)).toEqual(dummies)
  expect(tasks.map(({ stdout }) => stdout)).toEqual(dummies)
})

test('it has a name, by default noop, and refuses other options', async () => {
  expect([(await NoopExecutionBackend.create()).name, new NoopExecutionBackend({ name: 'dry' }).name]).toEqual(['noop', 'dry'])
  expect(() => new NoopExecutionBackend({ nam: 'dry' } as never)).toThrow("Did you mean 'name'?")
})

test('a malformed batch is refused whole', async () => {
  const backend = new NoopExecutionBackend()
  const recorder = new Recorder(backend)
  expect(await errorOf(backend.submitTasks([{ uid: 'a' }, { uid: '' }]))).toMatchObject({ code: 'ERR_TASK_VALIDATION', index: 1 })
  expect(recorder.events).toEqual([])
})

test('buildTask is called, and what it throws fails its task', async () => {
  const backend = new NoopExecutionBackend()
  backend.buildTask = ({ uid }) => {
    if (uid === 'bad') throw new Error('no')
  }
  const tasks: TaskRecord[] = [{ uid: 'bad' }, { uid: 'good' }]
  await runTasks(backend, tasks)
  expect(tasks.map(({ state }) => state)).toEqual(['FAILED', 'DONE'])
})

test('a shutdown closes it, and cancels what is with an async buildTask; a start opens it again', async () => {
  const backend = new NoopExecutionBackend()
  const recorder = new Recorder(backend)
  backend.buildTask = () => new Promise(() => {})
  const submitted = backend.submitTasks([{ uid: 'task' }])
  expect(await backend.state()).toBe('CONNECTED')
  await backend.shutdown()
  await submitted
  expect(recorder.events).toEqual(['task CANCELED'])
  expect(await backend.state()).toBe('DISCONNECTED')
  expect(await errorOf(backend.submitTasks([]))).toMatchObject({ code: 'ERR_CLOSED' })
  await backend.start()
  expect(await backend.state()).toBe('CONNECTED')
})
