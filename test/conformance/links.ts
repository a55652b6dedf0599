import { expect } from 'chai'
import type { TaskContext } from '../../src/index.js'
import { cases, type TaskRecord } from './case.js'
import { exceptionOf, Recorder, runOne, runTasks, sleep } from './recorder.js'

const idOf = async function (this: TaskContext) {
  return this.workerId
}

export const links = cases('links', ['dask'], {
  'a task waits for the one it was linked to, and follows it to its worker': async ({ start }) => {
    const backend = await start({ nWorkers: 2, minWorkers: 2 })
    const first: TaskRecord = {
      uid: 'first',
      async function(this: TaskContext) {
        await new Promise<void>((resolve) => setTimeout(resolve, 30))
        return this.workerId
      },
    }
    const second: TaskRecord = { uid: 'second', function: idOf }
    await backend.linkImplicitDataDeps(first, second)
    const recorder = await runTasks(backend, [first, second])
    expect(recorder.events.indexOf('first DONE')).to.be.below(recorder.events.indexOf('second RUNNING'))
    expect(second.returnValue).to.equal(first.returnValue)
  },
  'by uids, in a later batch, on several': async ({ start }) => {
    const backend = await start({ nWorkers: 2 })
    const recorder = new Recorder(backend)
    await backend.submitTasks(['a', 'b'].map((uid) => ({ uid, function: sleep, args: [20] })))
    await backend.linkImplicitDataDeps('a', 'c')
    await backend.linkImplicitDataDeps('b', 'c')
    await backend.submitTasks([{ uid: 'c', function: sleep, args: [0] }])
    await recorder.ended(['c'])
    expect(recorder.events.slice(-2)).to.deep.equal(['c RUNNING', 'c DONE'])
  },
  'when it fails, those behind it fail with its error as the root cause': async ({ start, daskflow }) => {
    const backend = await start({ nWorkers: 1 })
    const fails: TaskRecord = {
      uid: 'fails',
      name: 'Fails',
      async function() {
        throw new RangeError('no')
      },
    }
    const [b, c]: TaskRecord[] = ['b', 'c'].map((uid) => ({ uid, function: idOf }))
    await backend.linkImplicitDataDeps(fails, b as TaskRecord)
    await backend.linkImplicitDataDeps(b as TaskRecord, c as TaskRecord)
    const recorder = await runTasks(backend, [fails, b as TaskRecord, c as TaskRecord])
    expect(recorder.events).to.deep.equal(['fails RUNNING', 'fails FAILED', 'b FAILED', 'c FAILED'])
    for (const task of [b, c]) {
      const error = exceptionOf<Error & { rootCause?: unknown; failedDependencies?: string[] }>(task as TaskRecord)
      expect(error).to.be.instanceOf(daskflow.DaskflowError)
      expect(error).to.include({ code: 'ERR_DEPENDENCY_FAILED', uid: task?.uid, rootCause: fails.exception })
    }
    expect(exceptionOf<{ failedDependencies: string[] }>(b as TaskRecord).failedDependencies).to.deep.equal(['Fails'])
  },
  'one that cannot be run fails those behind it, too': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const refused: TaskRecord = { uid: 'refused', executable: '/bin/true' }
    const behind: TaskRecord = { uid: 'behind', function: idOf }
    await backend.linkImplicitDataDeps(refused, behind)
    await runTasks(backend, [refused, behind])
    expect(exceptionOf(behind)).to.include({ code: 'ERR_DEPENDENCY_FAILED', rootCause: refused.exception })
  },
  'when it is cancelled, those behind it are, too': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const recorder = new Recorder(backend)
    await backend.submitTasks([{ uid: 'a', function: async () => new Promise<void>(() => {}) }])
    await backend.linkImplicitDataDeps('a', 'b')
    await backend.submitTasks([{ uid: 'b', function: idOf }])
    await recorder.reached('a', 'RUNNING')
    await backend.cancelTask('a')
    expect(recorder.statesOf('b')).to.deep.equal(['CANCELED'])
  },
  'one that was linked counts, though another task bears its uid by now': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const done: TaskRecord = { uid: 'again', function: async () => 1 }
    await runTasks(backend, [done])
    const behind: TaskRecord = { uid: 'behind', function: idOf }
    await backend.linkImplicitDataDeps(done, behind)
    const other: TaskRecord = {
      uid: 'again',
      async function() {
        throw new RangeError('the other')
      },
    }
    await runTasks(backend, [other, behind])
    expect([other.state, behind.state]).to.deep.equal(['FAILED', 'DONE'])
  },
  'a link is for one task, also for one that was refused': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    await backend.linkImplicitDataDeps({ uid: 'never', function: idOf }, 'again')
    const refused: TaskRecord = { uid: 'again', function: () => 1 }
    await runTasks(backend, [refused])
    expect(exceptionOf(refused).code).to.equal('ERR_VALUE')
    const second: TaskRecord = { uid: 'again', function: idOf }
    await runTasks(backend, [second])
    expect(second.state).to.equal('DONE')
  },
  'one that has ended counts by its record': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const done = await runOne(backend, async () => 1)
    const failed = await runOne(backend, async () => {
      throw new RangeError('no')
    })
    const canceled: TaskRecord = { uid: 'canceled', function: idOf, state: 'CANCELED' }
    const behind = ['done', 'failed', 'canceled'].map((name): TaskRecord => ({ uid: `behind.${name}`, function: idOf }))
    const sources = [done, failed, canceled]
    for (const [i, task] of behind.entries()) await backend.linkImplicitDataDeps(sources[i] as TaskRecord, task)
    await runTasks(backend, behind)
    expect(behind.map(({ state }) => state)).to.deep.equal(['DONE', 'FAILED', 'CANCELED'])
    expect(exceptionOf(behind[1] as TaskRecord)).to.include({ rootCause: failed.exception })
  },
  'what cannot be linked is refused': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const recorder = new Recorder(backend)
    await backend.submitTasks([{ uid: 'live', function: sleep, args: [50] }])
    const bad: [TaskRecord | string, TaskRecord | string, string][] = [
      ['nobody', 'b', "'nobody'"],
      ['live', 'live', "'live'"],
      [{ uid: 'a' }, 'live', "'live' was submitted"],
      [{ uid: 'a' }, { uid: 'a' }, 'wait for itself'],
      [7 as never, 'b', 'srcTask'],
      [{ uid: 'a' }, '', 'dstTask'],
    ]
    for (const [source, task, says] of bad) {
      const error = await backend.linkImplicitDataDeps(source, task).then(
        () => undefined,
        (error: Error & { code?: string }) => error,
      )
      expect(error?.code, says).to.equal('ERR_TASK_VALIDATION')
      expect(error?.message).to.contain(says)
    }
    await recorder.ended(['live'])
  },
  'one whose source never came fails and says so': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const task: TaskRecord = { uid: 'early', function: idOf }
    await backend.linkImplicitDataDeps({ uid: 'never', function: idOf }, task)
    await runTasks(backend, [task])
    expect(exceptionOf(task).code).to.equal('ERR_TASK_VALIDATION')
    expect(exceptionOf(task).message).to.contain("'never'")
  },
})
