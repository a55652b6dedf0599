import { expect } from 'chai'
import type { TaskContext } from '../../src/index.js'
import { type Backend, cases, type TaskRecord } from './case.js'
import { Recorder, runOne, runTasks } from './recorder.js'

/** Numbers that this side and the tasks share. */
function shared(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * length))
}

/** Never yields. Counts, so that it can be seen whether it still runs. */
async function loop(this: TaskContext, counter: Int32Array) {
  this.report(this.workerId)
  for (;;) Atomics.add(counter, 0, 1)
}

/** Never settles, whatever its signal says. */
const forever = async () => new Promise<void>(() => {})

/** Counts its calls in its own place. */
const count = async (counters: Int32Array, place: number) => {
  Atomics.add(counters, place, 1)
  return place
}

/** Ends when it is told to, and says so. */
async function untilAborted(this: TaskContext, seen: Int32Array, ms: number) {
  const { signal } = this
  Atomics.store(seen, 0, 1)
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  Atomics.store(seen, 0, 2)
  await new Promise<void>((resolve) => setTimeout(resolve, ms))
  Atomics.store(seen, 0, 3)
}

/** The workers that were lost, in order, and a promise of the next one. */
function losses(backend: Backend) {
  const lost: string[] = []
  let wake: (() => void) | undefined
  backend.onWorker(({ type, workerId }) => {
    if (type !== 'lost') return
    lost.push(workerId)
    wake?.()
  })
  const until = async (n: number) => {
    while (lost.length < n)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
  }
  return { lost, until }
}

/** Resolves when nobody counts any more: some platforms take a while to end a loop. */
async function stops(counter: Int32Array) {
  for (let last = -1; last !== Atomics.load(counter, 0); ) {
    last = Atomics.load(counter, 0)
    await new Promise<void>((resolve) => setTimeout(resolve, 100))
  }
}

export const stuck = [
  ...cases('stuck', ['dask'], {
    'a cancelled task that never settles gives its place to others': async ({ start }) => {
      const backend = await start({ nWorkers: 1, cancelGrace: 10 })
      const recorder = new Recorder(backend)
      const tasks: TaskRecord[] = ['a', 'b', 'c'].map((uid) => ({ uid, function: forever }))
      await backend.submitTasks([...tasks, { uid: 'last', function: async () => 'ran' }])
      await recorder.reached('a', 'RUNNING')
      for (const { uid } of tasks) expect(await backend.cancelTask(uid)).to.equal(true)
      await recorder.ended(['last'])
      expect(recorder.statesOf('last')).to.deep.equal(['RUNNING', 'DONE'])
    },
    'a shutdown does not wait for a task that never settles': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      await backend.submitTasks([{ uid: 'task', function: forever }])
      await recorder.reached('task', 'RUNNING')
      await backend.shutdown()
      expect(recorder.statesOf('task')).to.deep.equal(['RUNNING', 'CANCELED'])
    },
    'a caller that was busy hears what a worker said before it judges it': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const { lost } = losses(backend)
      const obedient = async function (this: TaskContext) {
        const { signal } = this
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      await backend.submitTasks([{ uid: 'obedient', function: obedient }])
      await recorder.reached('obedient', 'RUNNING')
      // When the caller yields again, the grace is over, and the answer is there.
      const canceled = backend.cancelTask('obedient')
      const until = performance.now() + 300
      while (performance.now() < until);
      await canceled
      expect((await runOne(backend, async () => 'the same worker')).returnValue).to.equal('the same worker')
      await runOne(backend, async () => new Promise<void>((resolve) => setTimeout(resolve, 20)))
      expect(lost).to.deep.equal([])
    },
  }),
  ...cases('stuck', ['dask', 'sharedMemory'], {
    'the signal is seen inside the task, which keeps its worker when it ends in time': async ({ start }) => {
      const backend = await start({ nWorkers: 1, cancelGrace: 60_000 })
      const recorder = new Recorder(backend)
      const { lost } = losses(backend)
      const seen = shared(1)
      await backend.submitTasks([{ uid: 'task', function: untilAborted, args: [seen, 20] }])
      await recorder.reached('task', 'RUNNING')
      await backend.cancelTask('task')
      // Its slot is free when it has ended, and not before.
      expect((await runOne(backend, async (numbers: Int32Array) => Atomics.load(numbers, 0), seen)).returnValue).to.equal(3)
      expect(lost).to.deep.equal([])
    },
    'a task that takes longer than its grace loses its worker': async ({ start }) => {
      const backend = await start({ nWorkers: 1, cancelGrace: 0 })
      const recorder = new Recorder(backend)
      const { lost, until } = losses(backend)
      await backend.submitTasks([{ uid: 'task', function: untilAborted, args: [shared(1), 3_000] }])
      await recorder.reached('task', 'RUNNING')
      await backend.cancelTask('task')
      await until(1)
      expect((await runOne(backend, async () => 1)).returnValue).to.equal(1)
      expect(lost).to.have.length(1)
    },
    'a neighbour that had started is left alone': async ({ start }) => {
      const backend = await start({ nWorkers: 1, threadsPerWorker: 2, cancelGrace: 10 })
      const recorder = new Recorder(backend)
      const { lost, until } = losses(backend)
      const state = shared(2)
      const neighbour = async (numbers: Int32Array) => {
        Atomics.add(numbers, 0, 1)
        while (Atomics.load(numbers, 1) === 0) await new Promise<void>((resolve) => setTimeout(resolve, 5))
        return 'undisturbed'
      }
      const task: TaskRecord = { uid: 'neighbour', function: neighbour, args: [state] }
      await backend.submitTasks([{ uid: 'stuck', function: forever }, task])
      await Promise.all(['stuck', 'neighbour'].map((uid) => recorder.reached(uid, 'RUNNING')))
      await backend.cancelTask('stuck')
      // What comes now runs on another worker: this one takes no more.
      const where = async function (this: TaskContext) {
        return this.workerId
      }
      const ready: string[] = []
      backend.onWorker(({ type, workerId }) => type === 'ready' && ready.push(workerId))
      await recorder.until(() => recorder.statesOf('stuck').includes('CANCELED'))
      while (ready.length === 0) await runOne(backend, where)
      expect((await runOne(backend, where)).returnValue).to.equal(ready[0])
      expect(lost).to.deep.equal([])
      Atomics.store(state, 1, 1)
      await recorder.ended(['neighbour'])
      expect(task.returnValue).to.equal('undisturbed')
      expect(Atomics.load(state, 0)).to.equal(1)
      // It is replaced when its last neighbour has ended.
      await until(1)
    },
    'what waits there moves, is run once, and reports nothing of it': async ({ start }) => {
      const backend = await start({ nWorkers: 1, cancelGrace: 10 })
      const counters = shared(30)
      // Short by experience, so that many are sent ahead.
      const step = async function (this: TaskContext, numbers: Int32Array, place: number) {
        Atomics.add(numbers, place, 1)
        if (place === 5) await new Promise<void>(() => {})
        return this.attempt
      }
      await runOne(backend, step, shared(1), 0)
      const recorder = new Recorder(backend)
      const tasks: TaskRecord[] = Array.from({ length: 30 }, (_, i) => ({ uid: `${i}`, function: step, args: [counters, i] }))
      await backend.submitTasks(tasks)
      await recorder.reached('5', 'RUNNING')
      await backend.cancelTask('5')
      await recorder.ended(tasks.map((task) => task.uid))
      const others = tasks.filter((task) => task.uid !== '5')
      expect(others.map((task) => recorder.statesOf(task.uid).join())).to.deep.equal(others.map(() => 'RUNNING,DONE'))
      expect(others.map((task) => task.returnValue)).to.deep.equal(others.map(() => 1))
      expect([...counters]).to.deep.equal(new Array(30).fill(1))
    },
    'a shutdown gives running tasks their time': async ({ start }) => {
      const backend = await start({ nWorkers: 1, cancelGrace: 5_000 })
      const recorder = new Recorder(backend)
      const seen = shared(1)
      await backend.submitTasks([{ uid: 'task', function: untilAborted, args: [seen, 20] }])
      await recorder.reached('task', 'RUNNING')
      await backend.shutdown()
      expect(recorder.events).to.deep.equal(['task RUNNING', 'task CANCELED'])
      expect(Atomics.load(seen, 0)).to.equal(3)
    },
  }),
  ...cases('stuck', ['dask', 'threads'], {
    'a task that was given something by transfer is not lost for one that waits behind it': async ({ start, daskflow }) => {
      const backend = await start({ nWorkers: 1, cancelGrace: 10 })
      const recorder = new Recorder(backend)
      const { lost } = losses(backend)
      const compute = async (_: Uint8Array | undefined, ms: number) => {
        const until = performance.now() + ms
        while (performance.now() < until);
        return 'done'
      }
      for (let i = 0; i < 10; i++) await runOne(backend, compute, undefined, 0)
      const bytes = new Uint8Array(8)
      const task: TaskRecord = { uid: 'moved', function: compute, args: [daskflow.transfer(bytes, [bytes.buffer]), 1_200] }
      await backend.submitTasks([task])
      await backend.submitTasks([{ uid: 'behind', function: compute, args: [undefined, 0] }])
      await recorder.reached('moved', 'RUNNING')
      await backend.cancelTask('behind')
      await recorder.ended(['moved'])
      expect(task.returnValue).to.equal('done')
      expect(lost).to.deep.equal([])
    },
  }),
  ...cases('hot loop', ['dask', 'preemptive', 'sharedMemory'], {
    'cancelled, it stops, its worker is gone, and the 20 tasks behind it end right': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const { lost, until } = losses(backend)
      let workerId: unknown
      backend.onProgress((_, progress) => {
        workerId = progress
        recorder.note('loops')
      })
      const counter = shared(1)
      const counters = shared(20)
      const behind: TaskRecord[] = Array.from({ length: 20 }, (_, i) => ({
        uid: `${i}`,
        function: count,
        args: [counters, i],
      }))
      await backend.submitTasks([{ uid: 'loop', function: loop, args: [counter] }, ...behind])
      await recorder.until(() => workerId !== undefined)
      expect(await backend.cancelTask('loop')).to.equal(true)
      expect(recorder.statesOf('loop')).to.deep.equal(['RUNNING', 'CANCELED'])
      await recorder.ended(behind.map((task) => task.uid))
      expect(behind.map((task) => task.returnValue)).to.deep.equal(behind.map((_, i) => i))
      expect([...counters]).to.deep.equal(new Array(20).fill(1))
      await until(1)
      expect(lost).to.deep.equal([workerId])
      await stops(counter)
    },
    'one in the middle of many short tasks is found and stopped': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const step = async (turns: number) => {
        let turn = 0
        while (turn < turns) turn++
        return turn < 0 ? turn : 'fine'
      }
      await runTasks(
        backend,
        Array.from({ length: 50 }, (_, i) => ({ uid: `warm.${i}`, function: step, args: [1] })),
      )
      const recorder = new Recorder(backend)
      const tasks: TaskRecord[] = Array.from({ length: 30 }, (_, i) => ({
        uid: `${i}`,
        function: step,
        args: [i === 20 ? Number.POSITIVE_INFINITY : 1],
      }))
      await backend.submitTasks(tasks)
      // Something there is seen to run; which one, nobody can know.
      await recorder.until(() => recorder.events.some((event) => event.endsWith(' RUNNING')))
      await backend.cancelTask('20')
      await recorder.ended(tasks.map((task) => task.uid))
      expect(tasks.filter((task) => task.returnValue !== 'fine').map((task) => [task.uid, task.state])).to.deep.equal([
        ['20', 'CANCELED'],
      ])
    },
    'a neighbour that had started beside it is run again': async ({ start }) => {
      const backend = await start({ nWorkers: 1, threadsPerWorker: 2, allowedFailures: 0 })
      const recorder = new Recorder(backend)
      const starts = shared(1)
      const go = shared(1)
      const neighbour = async function (this: TaskContext, numbers: Int32Array, flag: Int32Array) {
        Atomics.add(numbers, 0, 1)
        while (Atomics.load(flag, 0) === 0) await new Promise<void>((resolve) => setTimeout(resolve, 5))
        return this.attempt
      }
      const task: TaskRecord = { uid: 'neighbour', function: neighbour, args: [starts, go] }
      await backend.submitTasks([task])
      await recorder.reached('neighbour', 'RUNNING')
      await backend.submitTasks([{ uid: 'loop', function: loop, args: [shared(1)] }])
      await recorder.reached('loop', 'RUNNING')
      await backend.cancelTask('loop')
      Atomics.store(go, 0, 1)
      await recorder.ended(['neighbour'])
      expect(recorder.statesOf('neighbour')).to.deep.equal(['RUNNING', 'DONE'])
      expect([task.returnValue, Atomics.load(starts, 0)]).to.deep.equal([2, 2])
    },
    'one that starts to loop in a worker that is being replaced already is stopped too': async ({ start }) => {
      const backend = await start({ nWorkers: 1, threadsPerWorker: 3, cancelGrace: 20 })
      const recorder = new Recorder(backend)
      const state = shared(2)
      // Ends, but only after its grace.
      const slow = async function (this: TaskContext) {
        await new Promise<void>((resolve) => {
          this.signal.addEventListener('abort', () => setTimeout(resolve, 100))
        })
      }
      const later = async (numbers: Int32Array) => {
        while (Atomics.load(numbers, 0) === 0) await new Promise<void>((resolve) => setTimeout(resolve, 5))
        for (;;);
      }
      const neighbour = async function (this: TaskContext, numbers: Int32Array) {
        while (Atomics.load(numbers, 1) === 0) await new Promise<void>((resolve) => setTimeout(resolve, 5))
        return this.attempt
      }
      const task: TaskRecord = { uid: 'neighbour', function: neighbour, args: [state] }
      await backend.submitTasks([{ uid: 'slow', function: slow }, { uid: 'later', function: later, args: [state] }, task])
      await Promise.all(['slow', 'later', 'neighbour'].map((uid) => recorder.reached(uid, 'RUNNING')))
      await backend.cancelTask('slow')
      // Until that worker is being replaced: another one takes what comes.
      const where = async function (this: TaskContext) {
        return this.workerId
      }
      await runOne(backend, where)
      await runOne(backend, async () => new Promise<void>((resolve) => setTimeout(resolve, 700)))
      Atomics.store(state, 0, 1)
      await backend.cancelTask('later')
      Atomics.store(state, 1, 1)
      await recorder.ended(['neighbour'])
      expect(recorder.statesOf('neighbour')).to.deep.equal(['RUNNING', 'DONE'])
    },
    'on every worker at once, cancelAllTasks frees them all': async ({ start }) => {
      const backend = await start({ nWorkers: 2 })
      const recorder = new Recorder(backend)
      const uids = ['a', 'b', 'c', 'd']
      await backend.submitTasks(uids.map((uid) => ({ uid, function: loop, args: [shared(1)] })))
      await recorder.reached('a', 'RUNNING')
      await recorder.reached('b', 'RUNNING')
      expect(await backend.cancelAllTasks()).to.equal(4)
      const tasks: TaskRecord[] = Array.from({ length: 10 }, (_, i) => ({ uid: `${i}`, function: async () => 'free' }))
      await runTasks(backend, tasks)
      expect(tasks.every((task) => task.returnValue === 'free')).to.equal(true)
    },
    'a shutdown ends it': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const { lost } = losses(backend)
      const counter = shared(1)
      await backend.submitTasks([{ uid: 'loop', function: loop, args: [counter] }])
      await recorder.reached('loop', 'RUNNING')
      await backend.shutdown()
      expect(recorder.statesOf('loop')).to.deep.equal(['RUNNING', 'CANCELED'])
      await stops(counter)
      expect(lost).to.deep.equal([])
    },
  }),
]
