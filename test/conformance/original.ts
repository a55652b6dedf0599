import { expect } from 'chai'
import { cases, type TaskRecord } from './case.js'
import { exceptionOf, Recorder, runOne, runTasks } from './recorder.js'

const sleep = async (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * The tests of AsyncFlow's own Dask backend (`tests/integration/backends/test_dask_parallel.py`), by their names, as far
 * as they concern the backend. The other three are the engine's: two funnels, and `test_cancel_with_dependencies`.
 */
export const original = cases('AsyncFlow', ['dask'], {
  test_dask_backend_rejects_executable_task: async ({ start, daskflow: { ValueError } }) => {
    const backend = await start({ nWorkers: 2 })
    const task: TaskRecord = { uid: 'task', executable: '/bin/date' }
    const recorder = await runTasks(backend, [task])
    expect(recorder.statesOf('task')).to.deep.equal(['FAILED'])
    const error = exceptionOf(task)
    expect(error).to.be.instanceOf(ValueError)
    expect(error.message).to.equal('DaskExecutionBackend does not support executable tasks')
  },
  test_dask_backend_regular_task_failure: async ({ start }) => {
    const backend = await start({ nWorkers: 2 })
    const task = await runOne(backend, async () => {
      throw new Error('Some error')
    })
    expect(exceptionOf(task).message).to.equal('Some error')
  },
  test_task_cancellation: async ({ start }) => {
    const backend = await start({ nWorkers: 2 })
    const recorder = new Recorder(backend)
    const uids = ['t1', 't2']
    await backend.submitTasks(uids.map((uid) => ({ uid, function: sleep, args: [10_000] })))
    await Promise.all(uids.map((uid) => recorder.reached(uid, 'RUNNING')))
    expect(await Promise.all(uids.map((uid) => backend.cancelTask(uid)))).to.deep.equal([true, true])
    for (const uid of uids) expect(recorder.statesOf(uid)).to.deep.equal(['RUNNING', 'CANCELED'])
  },
  test_cancel_before_start: async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const recorder = new Recorder(backend)
    await backend.submitTasks(['t1', 't2'].map((uid) => ({ uid, function: sleep, args: [50] })))
    await recorder.reached('t1', 'RUNNING')
    expect(await backend.cancelTask('t2')).to.equal(true)
    await recorder.ended(['t1'])
    expect(recorder.events).to.deep.equal(['t1 RUNNING', 't2 CANCELED', 't1 DONE'])
  },
  test_cancel_after_completion: async ({ start }) => {
    const backend = await start({ nWorkers: 2 })
    const task = await runOne(backend, async () => 'done')
    expect(await backend.cancelTask(task.uid)).to.equal(false)
    expect([task.state, task.returnValue]).to.deep.equal(['DONE', 'done'])
  },
  test_cancel_one_of_many: async ({ start }) => {
    const backend = await start({ nWorkers: 2 })
    const recorder = new Recorder(backend)
    const work = async (n: number) => {
      // The first is still there when it is cancelled, however long the start of a worker takes.
      await new Promise<void>((resolve) => n === 2 && setTimeout(resolve, 100))
      return n
    }
    const tasks: TaskRecord[] = [1, 2].map((n) => ({ uid: `t${n}`, function: work, args: [n] }))
    await backend.submitTasks(tasks)
    await Promise.all(tasks.map(({ uid }) => recorder.reached(uid, 'RUNNING')))
    expect(await backend.cancelTask('t1')).to.equal(true)
    await recorder.ended(['t1', 't2'])
    expect(tasks.map(({ state, returnValue }) => [state, returnValue])).to.deep.equal([
      ['CANCELED', undefined],
      ['DONE', 2],
    ])
  },
})
