import { expect, test } from 'vitest'
import { BaseDaskExecutionBackend } from '../../src/backends/dask.js'
import type { WorkerAdapter } from '../../src/index.js'
import { Event, Message } from '../../src/wire/protocol.js'
import { startWorker } from '../../src/worker/start.js'
import { errorOf, Recorder, runOne } from '../conformance/recorder.js'
import { channelAdapter } from '../fakes/channel-adapter.js'

const honest = channelAdapter(startWorker)

/** Workers whose own code posts what it likes to the pool, after each message that it gets. */
function lying(lies: readonly unknown[]): WorkerAdapter {
  return {
    ...honest,
    async spawn(options) {
      const handle = await honest.spawn(options)
      const onMessage: typeof handle.endpoint.onMessage = (listener) =>
        handle.endpoint.onMessage((message) => {
          for (const lie of lies) listener(lie)
          listener(message)
        })
      return { ...handle, endpoint: { ...handle.endpoint, onMessage } }
    },
  }
}

async function start(adapter: WorkerAdapter) {
  class Backend extends BaseDaskExecutionBackend {
    static override readonly runtime = { name: 'lying', workers: adapter, workDir: () => '/' }
  }
  return Backend.create({ nWorkers: 1 })
}

const done = (id: unknown, value: unknown) => [Message.Events, [], Event.Done, id, value]

test.each([
  ['no array', 'hello'],
  ['nothing', undefined],
  ['an empty array', []],
  ['an unknown kind', [99, 1, 2]],
  ['an event that is none', [Message.Events, 'x', 'y']],
  ['half an event', [Message.Events, [], Event.Done]],
  ['an unknown event', [Message.Events, [], 77, 0, 1]],
  ['an unknown task', done(12345, 'lie')],
  ['a task id that is none', done({}, 'lie')],
  ['timings of an unknown function', [Message.Events, [999, 1, 1]]],
  ['timings that are no numbers', [Message.Events, ['a', null, {}]]],
  ['an unknown task that comes back', [Message.Events, [], Event.Returned, 12345, undefined]],
  ['an answer to a recall that nobody made', [Message.Events, [], Event.Recalled, {}, undefined]],
  ['a log that is none', [Message.Events, [], Event.Log, 0, 7]],
])('%s is ignored', async (_, lie) => {
  const backend = await start(lying([lie]))
  expect((await runOne(backend, async () => 'truth')).returnValue).toBe('truth')
  await backend.shutdown()
})

test('what means nothing is counted, and told of the first and the tenth', async () => {
  const backend = await start(lying(['hello', [99]]))
  const counts: unknown[] = []
  backend.onWorker(({ type, count }) => {
    if (type === 'messageIgnored') counts.push(count)
  })
  for (let i = 0; i < 10; i++) await runOne(backend, async () => i)
  expect(counts).toEqual([10])
  await backend.shutdown()
})

test('a second end of a task is ignored, in the same message too', async () => {
  const twice = [
    Message.Events,
    [],
    ...[Event.Done, 0, 'first', Event.Done, 0, 'second', Event.Failed, 0, null, Event.Progress, 0, 1],
  ]
  const backend = await start(lying([twice, twice]))
  const recorder = new Recorder(backend)
  backend.onProgress((task) => recorder.note(`${task.uid} progress`))
  await backend.submitTasks([{ uid: 'task', function: async () => 'truth' }])
  await recorder.ended(['task'])
  await runOne(backend, async () => 1)
  expect(recorder.events.filter((event) => event.startsWith('task '))).toEqual(['task RUNNING', 'task DONE'])
  await backend.shutdown()
})

test('an error that cannot be read fails its task', async () => {
  const backend = await start(lying([[Message.Events, [], Event.Failed, 0, { kind: 'error', fields: null }]]))
  const task = await runOne(backend, async () => 'truth')
  expect(task.state).toBe('FAILED')
  expect(task.exception).toBeInstanceOf(Error)
  await backend.shutdown()
})

test('a worker of another version is refused, by both versions', async () => {
  const old: WorkerAdapter = {
    ...honest,
    async spawn(options) {
      const handle = await honest.spawn(options)
      return {
        ...handle,
        endpoint: { ...handle.endpoint, onMessage: (listener) => handle.endpoint.onMessage(() => listener([Message.Hello, 0])) },
      }
    },
  }
  const error = await errorOf(start(old))
  expect(error.code).toBe('ERR_CLUSTER')
  expect(error.message).toMatch(/protocol 0, here \d/)
})

test('a worker that spoke before anybody listened is heard', async () => {
  const early: WorkerAdapter = {
    ...honest,
    async spawn(options) {
      const handle = await honest.spawn(options)
      const first = await new Promise<unknown>((resolve) => {
        const stop = handle.endpoint.onMessage((message) => {
          stop()
          resolve(message)
        })
      })
      const onMessage: typeof handle.endpoint.onMessage = (listener) => {
        listener(first)
        return handle.endpoint.onMessage(listener)
      }
      return { ...handle, endpoint: { ...handle.endpoint, onMessage } }
    },
  }
  const backend = await start(early)
  expect((await runOne(backend, async () => 'heard')).returnValue).toBe('heard')
  await backend.shutdown()
})
