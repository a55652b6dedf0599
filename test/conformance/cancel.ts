import { expect } from 'chai'
import { cases, type TaskRecord } from './case.js'
import { Recorder, runOne } from './recorder.js'

/** Runs until its signal aborts, then answers the reason. */
async function untilAborted(this: { signal: AbortSignal; report(progress: unknown): void }) {
  const { signal } = this
  this.report('listening')
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const realm = globalThis as { abortReason?: unknown }
  realm.abortReason = (signal.reason as Error).message
  this.report('stopped')
  return 'too late'
}

export const cancel = [
  ...cases('cancel', [], {
    'an unknown uid and a finished one answer false': async ({ start }) => {
      const backend = await start()
      expect(await backend.cancelTask('nobody')).to.equal(false)
      const task = await runOne(backend, async () => 1)
      expect(await backend.cancelTask(task.uid)).to.equal(false)
      expect(task.state).to.equal('DONE')
    },
  }),
  ...cases('cancel', ['dask'], {
    'a queued task is CANCELED at once, and only that': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const wait = async () => new Promise<void>((resolve) => setTimeout(resolve, 10))
      await backend.submitTasks(['first', 'second', 'third'].map((uid) => ({ uid, function: wait })))
      await recorder.reached('first', 'RUNNING')
      const canceled = backend.cancelTask('second')
      expect(await canceled).to.equal(true)
      expect(recorder.statesOf('second')).to.deep.equal(['CANCELED'])
      await recorder.ended(['first', 'third'])
      expect(recorder.statesOf('second')).to.deep.equal(['CANCELED'])
      expect(recorder.statesOf('third')).to.deep.equal(['RUNNING', 'DONE'])
    },
    'a task cancelled right after it was submitted never runs': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const mark = async () => {
        const realm = globalThis as { marked?: boolean }
        realm.marked = true
      }
      const submitted = backend.submitTasks([{ uid: 'task', function: mark }])
      expect(await backend.cancelTask('task')).to.equal(true)
      await submitted
      const marked = async () => (globalThis as { marked?: boolean }).marked === true
      expect((await runOne(backend, marked)).returnValue).to.equal(false)
      expect(recorder.statesOf('task')).to.deep.equal(['CANCELED'])
    },
    'a running task sees its signal, and its result is dropped': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const heard: unknown[] = []
      backend.onProgress((task, progress) => {
        heard.push(progress)
        recorder.note(`${task.uid} progress`)
      })
      const task: TaskRecord = { uid: 'task', function: untilAborted }
      await backend.submitTasks([task])
      await recorder.until(() => heard.length > 0)
      expect(await backend.cancelTask('task')).to.equal(true)
      expect(recorder.statesOf('task')).to.deep.equal(['RUNNING', 'CANCELED'])
      // The worker is free again when the task has ended.
      expect((await runOne(backend, async () => 'next')).returnValue).to.equal('next')
      expect(task).not.to.have.property('returnValue')
      expect(task.state).to.equal('CANCELED')
      expect(heard).to.deep.equal(['listening'])
      const reason = await runOne(backend, async () => (globalThis as { abortReason?: unknown }).abortReason)
      expect(reason.returnValue).to.contain('cancelled')
    },
    'a signal that is read late knows that it is aborted': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const late = async function (this: { signal: AbortSignal }) {
        const realm = globalThis as { sawAbort?: boolean }
        await new Promise<void>((resolve) => setTimeout(resolve, 20))
        realm.sawAbort = this.signal.aborted
      }
      await backend.submitTasks([{ uid: 'task', function: late }])
      await recorder.reached('task', 'RUNNING')
      await backend.cancelTask('task')
      expect((await runOne(backend, async () => (globalThis as { sawAbort?: boolean }).sawAbort)).returnValue).to.equal(true)
    },
    'a task that is cancelled twice was live once': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      await backend.submitTasks([{ uid: 'task', function: untilAborted }])
      await recorder.reached('task', 'RUNNING')
      expect(await Promise.all([backend.cancelTask('task'), backend.cancelTask('task')])).to.deep.equal([true, false])
      expect(recorder.statesOf('task')).to.deep.equal(['RUNNING', 'CANCELED'])
    },
    'one of many is cancelled, the others end right': async ({ start }) => {
      const backend = await start({ nWorkers: 2 })
      const recorder = new Recorder(backend)
      const work = async (n: number) => {
        await new Promise<void>((resolve) => setTimeout(resolve, 1))
        return n
      }
      const tasks: TaskRecord[] = Array.from({ length: 20 }, (_, i) => ({ uid: `${i}`, function: work, args: [i] }))
      await backend.submitTasks(tasks)
      expect(await backend.cancelTask('13')).to.equal(true)
      await recorder.ended(tasks.map((task) => task.uid))
      expect(tasks.filter((task) => task.state === 'CANCELED').map((task) => task.uid)).to.deep.equal(['13'])
      expect(tasks.filter((task) => task.state === 'DONE').every((task) => task.returnValue === Number(task.uid))).to.equal(true)
    },
    'tasks that wait in a worker are cancelled there': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const quick = async () => {
        const realm = globalThis as { ran?: number }
        realm.ran = (realm.ran ?? 0) + 1
      }
      // Measured as short, so that many are sent ahead.
      await runOne(backend, quick)
      const uids = Array.from({ length: 500 }, (_, i) => `${i}`)
      await backend.submitTasks(uids.map((uid) => ({ uid, function: quick })))
      expect(await backend.cancelAllTasks()).to.equal(500)
      expect(uids.every((uid) => recorder.statesOf(uid).join() === 'CANCELED')).to.equal(true)
      expect((await runOne(backend, async () => 1)).returnValue).to.equal(1)
    },
    'cancelAllTasks answers how many there were': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      expect(await backend.cancelAllTasks()).to.equal(0)
      await backend.submitTasks(['a', 'b', 'c'].map((uid) => ({ uid, function: untilAborted })))
      await recorder.reached('a', 'RUNNING')
      expect(await backend.cancelAllTasks()).to.equal(3)
      expect(recorder.events).to.deep.equal(['a RUNNING', 'a CANCELED', 'b CANCELED', 'c CANCELED'])
      expect(await backend.cancelAllTasks()).to.equal(0)
    },
    'a listener may cancel, and learns the truth': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const answers: Promise<boolean>[] = []
      backend.registerCallback((task, state) => {
        if (task.uid === 'first' && state === 'DONE') answers.push(backend.cancelTask('first'), backend.cancelTask('second'))
      })
      const wait = async () => new Promise<void>((resolve) => setTimeout(resolve, 5))
      await backend.submitTasks(['first', 'second'].map((uid) => ({ uid, function: wait })))
      await recorder.ended(['first', 'second'])
      expect(await Promise.all(answers)).to.deep.equal([false, true])
    },
  }),
]
