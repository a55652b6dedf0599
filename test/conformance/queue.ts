import { expect } from 'chai'
import { cases, type TaskRecord } from './case.js'
import { Recorder, runOne, sleep, tasksOf } from './recorder.js'

export const queue = cases('maxQueue', ['dask'], {
  'a batch is admitted as room comes, and submitTasks waits for its last task': async ({ start }) => {
    const backend = await start({ nWorkers: 1, maxQueue: 3 })
    const recorder = new Recorder(backend)
    let ended = 0
    backend.registerCallback((_, state) => {
      if (state === 'DONE') ended++
    })
    const tasks = tasksOf(20, sleep, [5])
    await backend.submitTasks(tasks)
    // All but those that may wait, and what the worker holds.
    expect(ended).to.be.at.least(20 - 3 - 1)
    expect(ended).to.be.below(20)
    await recorder.ended(tasks.map(({ uid }) => uid))
    expect(recorder.events.filter((event) => event.endsWith('DONE'))).to.have.length(20)
  },
  'batches are admitted in order': async ({ start }) => {
    const backend = await start({ nWorkers: 1, maxQueue: 1 })
    const order: string[] = []
    const recorder = new Recorder(backend)
    const batches = ['a', 'b', 'c'].map((name) => [0, 1, 2].map((i) => ({ uid: `${name}${i}`, function: sleep, args: [2] })))
    await Promise.all(batches.map((batch) => backend.submitTasks(batch).then(() => order.push((batch[0] as TaskRecord).uid))))
    expect(order).to.deep.equal(['a0', 'b0', 'c0'])
    await recorder.ended(['c2'])
  },
  'what waits outside can be cancelled, and its batch is accepted then': async ({ start }) => {
    const backend = await start({ nWorkers: 1, maxQueue: 1 })
    const recorder = new Recorder(backend)
    const never = async () => new Promise<void>(() => {})
    const accepted = backend.submitTasks(tasksOf(10, never))
    await recorder.reached('task.0', 'RUNNING')
    expect(await backend.cancelTask('task.9')).to.equal(true)
    expect(recorder.statesOf('task.9')).to.deep.equal(['CANCELED'])
    expect(await backend.cancelAllTasks()).to.equal(9)
    await accepted
    expect((await runOne(backend, async () => 1)).returnValue).to.equal(1)
  },
  'where no worker can be had, what waits outside ends, too': async ({ Backend, start }) => {
    const { workers } = Backend.runtime
    let fails = false
    const adapter: typeof workers = {
      ...workers,
      spawn: (options) => (fails ? Promise.reject(new Error('no threads left')) : workers.spawn(options)),
    }
    const backend = await start({ nWorkers: 1, maxQueue: 1, maxTasksPerWorker: 1 }, { adapter })
    const recorder = new Recorder(backend)
    fails = true
    const tasks = tasksOf(20, sleep, [1])
    await backend.submitTasks(tasks)
    await recorder.ended(tasks.map(({ uid }) => uid))
    expect(tasks.map(({ state }) => state)).to.deep.equal(['DONE', ...Array(19).fill('FAILED')])
  },
  'a shutdown ends what waits outside': async ({ start }) => {
    const backend = await start({ nWorkers: 1, maxQueue: 1 })
    const recorder = new Recorder(backend)
    const accepted = backend.submitTasks(tasksOf(10, sleep, [1_000]))
    await recorder.reached('task.0', 'RUNNING')
    await backend.shutdown()
    await accepted
    for (let i = 0; i < 10; i++) expect(recorder.statesOf(`task.${i}`).at(-1)).to.equal('CANCELED')
  },
})
