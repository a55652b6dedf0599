import { expect, test, vi } from 'vitest'
import { BaseDaskExecutionBackend } from '../../src/backends/dask.js'
import type { DaskResources, WorkerAdapter, WorkerExit, WorkerHandle } from '../../src/index.js'
import { Message } from '../../src/wire/protocol.js'
import { startWorker } from '../../src/worker/start.js'
import { Recorder, runOne } from '../conformance/recorder.js'
import { channelAdapter } from '../fakes/channel-adapter.js'

// Platforms that do not tell of every end, and messages that cannot be read.

type Ends = { end?: (code?: number) => void }

/** Workers that end without anybody being told, but for what they say themselves. */
function silent(): WorkerAdapter {
  const honest = channelAdapter((host) =>
    startWorker({
      ...host,
      onExit: (listener) => {
        // What a runtime wraps: `self.close`, `process.exit`.
        ;(globalThis as Ends).end = listener
      },
    }),
  )
  return {
    ...honest,
    async spawn(options) {
      const handle = await honest.spawn(options)
      let exit: (exit: WorkerExit) => void = () => {}
      const exited = new Promise<WorkerExit>((resolve) => {
        exit = resolve
      })
      const terminate = async () => {
        await handle.terminate()
        exit({ reason: 'terminated' })
      }
      return { ...handle, exited, terminate } satisfies WorkerHandle
    },
  }
}

/** Workers that cannot read their tasks. */
function unreadable(): WorkerAdapter {
  return channelAdapter((host) => {
    let failed: (error: unknown) => void = () => {}
    return startWorker({
      ...host,
      endpoint: {
        ...host.endpoint,
        onMessage: (listener) =>
          host.endpoint.onMessage((message) => {
            const isTasks = Array.isArray(message) && message[0] === Message.Tasks
            if (isTasks) failed(new Error('unreadable'))
            else listener(message)
          }),
        onMessageError(listener) {
          failed = listener
          return () => {}
        },
      },
    })
  })
}

async function start(adapter: WorkerAdapter, allowedFailures: number, resources: DaskResources = {}) {
  class Backend extends BaseDaskExecutionBackend {
    static override readonly runtime = { name: 'fake', workers: adapter, workDir: () => '/' }
  }
  return Backend.create({ nWorkers: 1, allowedFailures, ...resources })
}

test('a worker that says goodbye is lost, though its platform says nothing', async () => {
  const backend = await start(silent(), 0)
  const task = await runOne(backend, async () => {
    ;(globalThis as Ends).end?.(5)
    await new Promise(() => {})
  })
  expect(task.exception).toMatchObject({ code: 'ERR_KILLED_WORKER', reason: 'exited', exitCode: 5 })
  expect((await runOne(backend, async () => 'next')).returnValue).toBe('next')
  await backend.shutdown()
})

test('a worker that cannot read its tasks is lost with them, and not for ever', async () => {
  const backend = await start(unreadable(), 2)
  const recorder = new Recorder(backend)
  const lost: string[] = []
  backend.onWorker(({ type, workerId }) => type === 'lost' && lost.push(workerId))
  const task = await runOne(backend, async () => 1)
  expect(task.exception).toMatchObject({ code: 'ERR_KILLED_WORKER' })
  // The first time it was not charged.
  expect(lost).toHaveLength(4)
  expect(recorder.statesOf(task.uid)).toEqual(['FAILED'])
  await backend.shutdown()
})

test('a worker that cannot be ended does not hold up a shutdown for long', async () => {
  const honest = channelAdapter(startWorker)
  const adapter: WorkerAdapter = {
    ...honest,
    spawn: async (options) => ({ ...(await honest.spawn(options)), terminate: () => new Promise<never>(() => {}) }),
  }
  const backend = await start(adapter, 0)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    let over = false
    const closing = backend.shutdown().then(() => {
      over = true
    })
    await vi.advanceTimersByTimeAsync(4_999)
    expect(over).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await closing
  } finally {
    vi.useRealTimers()
  }
  expect(await backend.state()).toBe('DISCONNECTED')
})

test('a worker is told to be lost before the one that takes its place', async () => {
  const handles: WorkerHandle[] = []
  const honest = channelAdapter(startWorker)
  const adapter: WorkerAdapter = {
    ...honest,
    async spawn(options) {
      const handle = await honest.spawn(options)
      handles.push(handle)
      return handle
    },
  }
  const backend = await start(adapter, 0)
  const events: string[] = []
  const ready = new Promise<void>((resolve) => {
    backend.onWorker(({ type }) => {
      events.push(type)
      if (type === 'ready') resolve()
    })
  })
  await handles[0]?.terminate()
  await ready
  expect(events).toEqual(['lost', 'spawned', 'ready'])
  await backend.shutdown()
})

test('a shutdown waits no longer than its tasks do, however long the grace', async () => {
  const backend = await start(channelAdapter(startWorker), 0, { cancelGrace: 60_000 })
  const recorder = new Recorder(backend)
  const obedient = async function (this: { signal: AbortSignal }) {
    await new Promise<void>((resolve) => {
      this.signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }
  await backend.submitTasks([{ uid: 'task', function: obedient }])
  await recorder.reached('task', 'RUNNING')
  // No timer comes.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    await backend.shutdown()
  } finally {
    vi.useRealTimers()
  }
  expect(recorder.statesOf('task')).toEqual(['RUNNING', 'CANCELED'])
})

test('when a shutdown is over, its workers were ended, however long the grace', async () => {
  const ended: string[] = []
  const honest = channelAdapter(startWorker)
  const adapter: WorkerAdapter = {
    ...honest,
    async spawn(options) {
      const handle = await honest.spawn(options)
      const terminate = () => {
        ended.push(options.name)
        return handle.terminate()
      }
      return { ...handle, terminate }
    },
  }
  const backend = await start(adapter, 0, { cancelGrace: 60_000 })
  const recorder = new Recorder(backend)
  await backend.submitTasks([{ uid: 'task', function: async () => new Promise(() => {}) }])
  await recorder.reached('task', 'RUNNING')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const closing = backend.shutdown()
    await vi.advanceTimersByTimeAsync(5_000)
    await closing
    // Nothing is left that could hold the process.
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
  expect(ended).toHaveLength(1)
})

test('a worker that nothing more is heard of, after a message that could not be read, is replaced', async () => {
  const honest = channelAdapter(startWorker)
  let deaf = false
  const adapter: WorkerAdapter = {
    ...honest,
    async spawn(options) {
      const handle = await honest.spawn(options)
      let heard = true
      const listeners: ((error: unknown) => void)[] = []
      return {
        ...handle,
        endpoint: {
          ...handle.endpoint,
          onMessage: (listener) =>
            handle.endpoint.onMessage((message) => {
              if (deaf && heard) {
                // The first message from now on cannot be read, and no other arrives.
                deaf = heard = false
                for (const fail of listeners) fail(new Error('unreadable'))
              } else if (heard) listener(message)
            }),
          onMessageError(listener) {
            listeners.push(listener)
            return () => {}
          },
        },
      }
    },
  }
  const backend = await start(adapter, 0)
  deaf = true
  expect((await runOne(backend, async () => 'heard')).returnValue).toBe('heard')
  await backend.shutdown()
})

test('a worker that speaks after it was given up starts no time again', async () => {
  const honest = channelAdapter(startWorker)
  let speak: () => void = () => {}
  const adapter: WorkerAdapter = {
    ...honest,
    async spawn(options) {
      const handle = await honest.spawn(options)
      const onMessage: typeof handle.endpoint.onMessage = (listener) =>
        handle.endpoint.onMessage((message) => {
          speak = () => listener(message)
        })
      return { ...handle, endpoint: { ...handle.endpoint, onMessage } }
    },
  }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const starting = start(adapter, 0, { timeout: 300 }).catch((error: Error) => error)
    await new Promise((resolve) => setImmediate(resolve))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await starting).toMatchObject({ code: 'ERR_CLUSTER' })
    speak()
    await new Promise((resolve) => setImmediate(resolve))
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})
