import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DaskExecutionBackend, runtime, type TaskRecord, type WorkerAdapter, type WorkerEndpoint } from 'daskflow'
import { expect, test } from 'vitest'
import { runTasks } from '../conformance/recorder.js'

/** Counts the messages in both directions. */
function counting(adapter: WorkerAdapter) {
  const count = { sent: 0, received: 0 }
  const counted = (endpoint: WorkerEndpoint): WorkerEndpoint => ({
    ...endpoint,
    postMessage(...args) {
      count.sent++
      endpoint.postMessage(...args)
    },
    onMessage: (listener) =>
      endpoint.onMessage((message) => {
        count.received++
        listener(message)
      }),
  })
  const spawn: WorkerAdapter['spawn'] = async (options) => {
    const handle = await adapter.spawn(options)
    return {
      id: handle.id,
      endpoint: counted(handle.endpoint),
      exited: handle.exited,
      terminate: () => handle.terminate(),
      ref: () => handle.ref(),
      unref: () => handle.unref(),
    }
  }
  return { count, adapter: { ...adapter, spawn } }
}

/** Resolves when each of `tasks` has ended; what each end leaves behind is for the caller to see. */
function run(backend: DaskExecutionBackend, tasks: readonly TaskRecord[]): Promise<void> {
  let left = tasks.length
  return new Promise((resolve) => {
    const stop = backend.registerCallback((_, state) => {
      if (state === 'RUNNING' || --left > 0) return
      stop()
      resolve()
    })
    void backend.submitTasks(tasks)
  })
}

const echo = async (n: unknown) => n

test('10,000 short tasks cost far fewer messages than tasks', async () => {
  const { count, adapter } = counting(runtime.workers)
  await using backend = await new DaskExecutionBackend({ nWorkers: 2 }, { adapter })
  await runTasks(
    backend,
    Array.from({ length: 100 }, (_, i) => ({ uid: `warm.${i}`, function: echo, args: [i] })),
  )
  count.sent = count.received = 0
  await run(
    backend,
    Array.from({ length: 10_000 }, (_, i) => ({ uid: `${i}`, function: echo, args: [i] })),
  )
  // On a machine that has time, a hundred each.
  expect(count.sent).toBeLessThan(3_000)
  expect(count.received).toBeLessThan(3_000)
})

test('a task and what it was given are let go of when it has ended', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  await using backend = await new DaskExecutionBackend({ nWorkers: 2 })
  const refs: WeakRef<object>[] = []
  const submit = () => {
    const tasks = Array.from({ length: 3_000 }, (_, i) => ({ uid: `${i}`, function: echo, args: [{ i }] }))
    refs.push(...tasks.flatMap((task) => [new WeakRef(task), new WeakRef(task.args)]))
    return run(backend, tasks)
  }
  await submit()
  // Some collections later: the last message is still on a stack, and one collection leaves what only another finds.
  for (let i = 0; i < 20; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
  }
  expect(refs.filter((ref) => ref.deref() !== undefined).length).toBe(0)
  expect(backend.getTaskStatesMap().size).toBe(0)
})
