import { expect, test } from 'vitest'
import { DaskExecutionBackend, moduleFunction, withScope } from '../../src/runtime-inline/index.js'
import { expose, getTaskContext } from '../../src/runtime-inline/worker-api.js'
import { errorOf, exceptionOf, runOne, runTasks } from '../conformance/recorder.js'

const started = (...args: ConstructorParameters<typeof DaskExecutionBackend>) => DaskExecutionBackend.create(...args)

test('nWorkers × threadsPerWorker bounds what runs at a time', async () => {
  const backend = await started({ nWorkers: 2, threadsPerWorker: 3 })
  let running = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 1))
    running--
  }
  await runTasks(
    backend,
    Array.from({ length: 50 }, (_, i) => ({ uid: `${i}`, function: work })),
  )
  expect(most).toBe(6)
  await backend.shutdown()
})

test('a function is called as it is, and sees what is around it', async () => {
  const backend = await started({ nWorkers: 1 })
  const seen: number[] = []
  const fn = async (n: number) => seen.push(n)
  expect((await runOne(backend, fn, 7)).returnValue).toBe(1)
  expect(seen).toEqual([7])
  const factor = 3
  expect(
    (
      await runOne(
        backend,
        withScope(async (n: number) => n * factor, { factor }),
        2,
      )
    ).returnValue,
  ).toBe(6)
  await backend.shutdown()
})

test('names are those that expose() offers, before the backend and after', async () => {
  expose({ before: async () => 'before' })
  const backend = await started({ nWorkers: 1 })
  expose({ whoAmI: () => getTaskContext().uid })
  expect((await runOne(backend, 'before')).returnValue).toBe('before')
  const task = await runOne(backend, 'whoAmI')
  expect(task.returnValue).toBe(task.uid)
  expect(exceptionOf(await runOne(backend, 'nobody')).message).toContain("exposes no function 'nobody'")
  await backend.shutdown()
})

test('resources.worker is a function that imports the module', async () => {
  const backend = await started({
    nWorkers: 1,
    worker: async () => expose({ imported: async () => 'imported' }),
  })
  expect((await runOne(backend, 'imported')).returnValue).toBe('imported')
  await backend.shutdown()
})

test('a URL for it fails the start and says what to give', async () => {
  const error = await errorOf(DaskExecutionBackend.create({ worker: new URL('file:///tmp/my-worker.js') }))
  expect(error.code).toBe('ERR_CLUSTER')
  expect(error.message).toContain("() => import('./my-worker.js')")
})

test('a moduleFunction fails its task and says what to do', async () => {
  const backend = await started({ nWorkers: 1 })
  const error = exceptionOf(await runOne(backend, moduleFunction('pkg/tasks', 'resize')))
  expect(error.code).toBe('ERR_TASK_VALIDATION')
  expect(error.message).toContain("'resize' of 'pkg/tasks'")
  await backend.shutdown()
})

test('two tasks beside each other have a context each', async () => {
  const backend = await started({ nWorkers: 2 })
  const uids = async () => {
    const context = getTaskContext()
    await new Promise((resolve) => setTimeout(resolve, 1))
    return context.uid
  }
  const tasks = ['a', 'b'].map((uid) => ({ uid, function: uids }))
  await runTasks(backend, tasks)
  expect(tasks.map((task) => (task as { returnValue?: unknown }).returnValue)).toEqual(['a', 'b'])
  await backend.shutdown()
})

test('after its first await, a task does not find another’s context', async () => {
  const backend = await started({ nWorkers: 2 })
  const late = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    return getTaskContext().uid
  }
  expect(exceptionOf(await runOne(backend, late)).message).toContain('before its first await')
  await backend.shutdown()
})

test('a task that was given up does not go on with what waited behind it', async () => {
  const backend = await started({ nWorkers: 1, cancelGrace: 0 })
  const ran: string[] = []
  let release: () => void = () => {}
  const step = async (name: string) => {
    ran.push(name)
    if (name === 'stuck') await new Promise<void>((resolve) => (release = resolve))
  }
  await runOne(backend, step, 'warm')
  const tasks = ['stuck', 'a', 'b', 'c'].map((uid) => ({ uid, function: step, args: [uid] }))
  const all = runTasks(backend, tasks)
  const running = new Promise<void>((resolve) =>
    backend.registerCallback((task, state) => task.uid === 'stuck' && state === 'RUNNING' && resolve()),
  )
  await running
  await backend.cancelTask('stuck')
  await all
  release()
  // What it would go on with comes before this.
  await runOne(backend, async () => 1)
  expect(ran.sort()).toEqual(['a', 'b', 'c', 'stuck', 'warm'])
  await backend.shutdown()
})
