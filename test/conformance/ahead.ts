import { expect } from 'chai'
import type { TaskContext } from '../../src/index.js'
import { type Backend, cases, type TaskRecord } from './case.js'
import { Recorder, runTasks } from './recorder.js'

const COUNT = 100

/** Lets a function be known as short, so that many of its tasks are sent ahead. */
async function warmUp(backend: Backend, task: (i: number) => Omit<TaskRecord, 'uid'>): Promise<void> {
  await runTasks(
    backend,
    Array.from({ length: COUNT }, (_, i) => ({ ...task(i), uid: `warm.${i}` })),
  )
}

// In each, the long task ends when all the others have: those that were sent to its worker before it was known must run
// elsewhere.
export const ahead = [
  ...cases('sent ahead', ['dask', 'threads', 'sharedMemory'], {
    'what waits behind a task that keeps its worker busy is run by others, and once': async ({ start }) => {
      const backend = await start({ nWorkers: 2 })
      const step = async (counters: Int32Array, place: number, others: number) => {
        const { length } = counters
        while (others > 0 && Atomics.load(counters, length - 1) < others);
        Atomics.add(counters, place, 1)
        if (others === 0) Atomics.add(counters, length - 1, 1)
        return place
      }
      const counters = () => new Int32Array(new SharedArrayBuffer(4 * (COUNT + 1)))
      const unused = counters()
      await warmUp(backend, (i) => ({ function: step, args: [unused, i, 0] }))
      const counted = counters()
      const tasks: TaskRecord[] = Array.from({ length: COUNT }, (_, i) => ({
        uid: `${i}`,
        function: step,
        args: [counted, i, i === 0 ? COUNT - 1 : 0],
      }))
      await runTasks(backend, tasks)
      expect(tasks.map((task) => task.returnValue)).to.deep.equal(tasks.map((_, i) => i))
      expect([...counted.subarray(0, COUNT)]).to.deep.equal(new Array(COUNT).fill(1))
    },
    'what waits is not lost while thousands behind it come and are cancelled': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const step = async (flag: Int32Array, waits: boolean) => {
        while (waits && Atomics.load(flag, 0) === 0);
        return 'ran'
      }
      const flag = new Int32Array(new SharedArrayBuffer(4))
      await warmUp(backend, () => ({ function: step, args: [flag, false] }))
      const recorder = new Recorder(backend)
      const waiting: TaskRecord = { uid: 'waiting', function: step, args: [flag, false] }
      await backend.submitTasks([{ uid: 'long', function: step, args: [flag, true] }, waiting])
      await recorder.reached('long', 'RUNNING')
      for (let wave = 0; wave < 30; wave++) {
        const uids = Array.from({ length: 100 }, (_, i) => `${wave}.${i}`)
        await backend.submitTasks(uids.map((uid) => ({ uid, function: step, args: [flag, false] })))
        await Promise.all(uids.map((uid) => backend.cancelTask(uid)))
      }
      Atomics.store(flag, 0, 1)
      await recorder.ended(['waiting'])
      expect(waiting.returnValue).to.equal('ran')
    },
  }),
  ...cases('sent ahead', ['dask'], {
    'a worker may run thousands at a time': async ({ start }) => {
      const backend = await start({ nWorkers: 1, threadsPerWorker: 3_000 })
      const tasks: TaskRecord[] = Array.from({ length: 4_000 }, (_, i) => ({
        uid: `${i}`,
        function: async (n: number) => {
          await new Promise<void>((resolve) => setTimeout(resolve, 5))
          return n
        },
        args: [i],
      }))
      await runTasks(backend, tasks)
      expect(tasks.map((task) => task.returnValue)).to.deep.equal(tasks.map((_, i) => i))
    },
    'what waits behind a task that waits for long is run by others': async ({ start }) => {
      const backend = await start({ nWorkers: 2 })
      const step = async function (this: TaskContext, long: boolean) {
        const { signal } = this
        if (long) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        return this.attempt
      }
      await warmUp(backend, () => ({ function: step, args: [false] }))
      const recorder = new Recorder(backend)
      const tasks: TaskRecord[] = Array.from({ length: COUNT }, (_, i) => ({ uid: `${i}`, function: step, args: [i === 0] }))
      await backend.submitTasks(tasks)
      const others = tasks.slice(1)
      await recorder.ended(others.map((task) => task.uid))
      expect(recorder.statesOf('0')).to.deep.equal(['RUNNING'])
      // None was an attempt that counts.
      expect(others.map((task) => task.returnValue)).to.deep.equal(others.map(() => 1))
      await backend.cancelTask('0')
    },
  }),
]
