import { expect } from 'chai'
import type { ResultRef, TaskContext } from '../../src/index.js'
import { type Backend, cases, type TaskRecord } from './case.js'
import { errorOf, exceptionOf, runTasks } from './recorder.js'

const make = async function (this: TaskContext, n: number) {
  return { from: this.workerId, data: new Float64Array(n).fill(1) }
}
const keepResult = { keepResult: true }

async function kept(backend: Backend, uid: string, n: number): Promise<ResultRef<{ from: string; data: Float64Array }>> {
  const task: TaskRecord = { uid, function: make, args: [n], taskBackendSpecificKwargs: keepResult }
  await runTasks(backend, [task])
  return task.returnValue as never
}

interface Made {
  readonly made?: Float64Array
}

async function copied(backend: Backend, fn: () => Promise<unknown>): Promise<ResultRef> {
  const task: TaskRecord = { uid: 'made', function: fn, taskBackendSpecificKwargs: { keepResult: 'copied' } }
  await runTasks(backend, [task])
  return task.returnValue as ResultRef
}

export const resultRefs = cases('keepResult', ['dask'], {
  'the result stays, and is used where it lies': async ({ start, daskflow }) => {
    const backend = await start({ nWorkers: 2, minWorkers: 2 })
    expect(backend.capabilities.resultRefs).to.equal(true)
    const ref = await kept(backend, 'made', 5_000)
    expect(ref).to.be.instanceOf(daskflow.ResultRef)
    expect(ref.uid).to.equal('made')
    const use: TaskRecord = {
      uid: 'use',
      async function(this: TaskContext, { deep }: { deep: { from: string; data: Float64Array }[] }) {
        return [deep[0]?.from === this.workerId, deep[0]?.data.length]
      },
      args: [{ deep: [ref] }],
    }
    await runTasks(backend, [use])
    expect(use.returnValue).to.deep.equal([true, 5_000])
  },
  'it is copied here when it is asked for': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    expect((await (await kept(backend, 'made', 2_000)).result()).data.length).to.equal(2_000)
  },
  'a released one is none any more': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const ref = await kept(backend, 'made', 2_000)
    ref.release()
    expect((await errorOf(() => ref.result())).code).to.equal('ERR_TASK_VALIDATION')
    const use: TaskRecord = { uid: 'use', function: async () => 1, args: [ref] }
    await runTasks(backend, [use])
    expect(exceptionOf(use)).to.include({ code: 'ERR_TASK_VALIDATION' })
  },
  'one of another backend is refused': async ({ start }) => {
    const [one, other] = await Promise.all([start({ nWorkers: 1 }), start({ nWorkers: 1 })])
    const ref = await kept(one, 'made', 2_000)
    const use: TaskRecord = { uid: 'use', function: async () => 1, args: [ref] }
    await runTasks(other, [use])
    expect(exceptionOf(use).message).to.contain("'made'").and.contain('another backend')
  },
  'where it is copied, a task that changes it changes it for nobody else': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const ref = await copied(backend, async () => new Float64Array(5_000))
    const increment = async (data: Float64Array) => {
      data[0] = (data[0] ?? 0) + 1
      return data[0]
    }
    const uses: TaskRecord[] = ['a', 'b'].map((uid) => ({ uid, function: increment, args: [ref] }))
    await runTasks(backend, uses)
    expect(uses.map(({ returnValue }) => returnValue)).to.deep.equal([1, 1])
    expect(((await ref.result()) as Float64Array)[0]).to.equal(0)
  },
  'where it is copied, it is copied on another worker, too': async ({ Backend }) => {
    const backend = new Backend({ nWorkers: 2, minWorkers: 2 })
    const ready: string[] = []
    await new Promise<void>((resolve) => {
      backend.onWorker(({ type, workerId }) => type === 'ready' && ready.push(workerId) === 2 && resolve())
      void backend.start()
    })
    const [one, other] = ready
    const made: TaskRecord = {
      uid: 'made',
      function: async () => new Float64Array(5_000),
      taskBackendSpecificKwargs: { keepResult: 'copied', workers: one },
    }
    await runTasks(backend, [made])
    const uses: TaskRecord[] = ['a', 'b'].map((uid) => ({
      uid,
      async function(data: Float64Array) {
        data[0] = (data[0] ?? 0) + 1
        return data[0]
      },
      args: [made.returnValue],
      taskBackendSpecificKwargs: { workers: other },
    }))
    await runTasks(backend, uses)
    expect(uses.map(({ returnValue }) => returnValue)).to.deep.equal([1, 1])
    await backend.shutdown()
  },
  'where it is copied, it stays as it was made': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const ref = await copied(backend, async () => {
      const data = new Float64Array(5_000)
      Object.assign(globalThis, { made: data })
      return data
    })
    const change: TaskRecord = { uid: 'change', function: async () => void (globalThis as Made).made?.fill(1) }
    await runTasks(backend, [change])
    const use: TaskRecord = { uid: 'use', function: async (data: Float64Array) => data[0], args: [ref] }
    await runTasks(backend, [use])
    expect(use.returnValue).to.equal(0)
  },
  'where it is copied, it is one object for one task': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const ref = await copied(backend, async () => new Float64Array(5_000))
    const use: TaskRecord = { uid: 'use', function: async (a, { b }) => a === b, args: [ref, { b: ref }] }
    await runTasks(backend, [use])
    expect(use.returnValue).to.equal(true)
  },
  'where it is copied, what cannot be cloned fails its task': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const task: TaskRecord = {
      uid: 'fails',
      function: async () => ({ data: new Float64Array(5_000), go: () => 1 }),
      taskBackendSpecificKwargs: { keepResult: 'copied' },
    }
    await runTasks(backend, [task])
    expect(exceptionOf(task)).to.include({ code: 'ERR_TASK_VALIDATION', path: 'result.go' })
  },
  'a task that fails keeps nothing': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const task: TaskRecord = {
      uid: 'fails',
      async function() {
        throw new RangeError('no')
      },
      taskBackendSpecificKwargs: keepResult,
    }
    await runTasks(backend, [task])
    expect([task.state, task.returnValue, exceptionOf(task).message]).to.deep.equal(['FAILED', undefined, 'no'])
  },
})
