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
