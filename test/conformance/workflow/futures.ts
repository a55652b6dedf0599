import { expect } from 'chai'
import type { TaskFuture } from '../../../src/workflow/task-future.js'
import { cases } from '../case.js'
import { errorOf } from '../recorder.js'
import { overAll, overOwn, overRunning } from './over-backends.js'

const inc = async (n: number) => n + 1
const add = async (a: number, b: number) => a + b
const echo = async (value: unknown) => value

export const futures = [
  ...cases('workflow, values', ['dask'], {
    'a task that changes its argument changes it for nobody else': async ({ engine, make }) => {
      const flow = await engine({ backend: make({ nWorkers: 1 }) })
      const load = flow.functionTask(async () => Array.from({ length: 5_000 }, (_, i) => 5_000 - i))()
      const sorted = flow.functionTask(async (list: number[]) => list.sort((a, b) => a - b)[0])(load)
      const first = flow.functionTask(async (list: readonly number[]) => list[0])(load)
      expect([await sorted, await first, (await load)[0]]).to.deep.equal([1, 5_000, 5_000])
    },
    'one that is kept as copies is taken for the value, by any number of tasks': async ({ engine, make }) => {
      const flow = await engine({ backend: make({ nWorkers: 1 }) })
      const taskDescription = { keepResult: 'copied' as const }
      const load = flow.functionTask({ taskDescription }, async () => Array.from({ length: 5_000 }, (_, i) => 5_000 - i))()
      const sorted = flow.functionTask(async (list: number[]) => list.sort((a, b) => a - b)[0])(load)
      const first = flow.functionTask(async (list: readonly number[]) => list[0])(load)
      expect([await sorted, await first]).to.deep.equal([1, 5_000])
      const kept = (await load) as unknown as { result(): Promise<number[]> }
      expect((await kept.result())[0]).to.equal(5_000)
    },
  }),
  ...overOwn('futures', {
    'one stands for its value': async ({ flow }) => {
      const engine = await flow()
      const task = engine.functionTask(inc)
      expect(await task(task(task(0)))).to.equal(3)
    },
    'two run before what needs both': async ({ flow }) => {
      const engine = await flow()
      const task = engine.functionTask(inc)
      expect(await engine.functionTask(add)(task(1), task(2))).to.equal(5)
    },
    'they are found in arrays, records and Maps': async ({ flow }) => {
      const engine = await flow()
      const one = engine.functionTask(inc)(0)
      const value = await engine.functionTask(echo)({ list: [one, [one]], map: new Map([['a', one]]), plain: 'b' })
      expect(value).to.deep.equal({ list: [1, [1]], map: new Map([['a', 1]]), plain: 'b' })
    },
    'the arguments of the caller stay as they were': async ({ flow }) => {
      const engine = await flow()
      const given = { list: [engine.functionTask(inc)(0)] }
      const [future] = given.list
      await engine.functionTask(echo)(given)
      expect(given.list[0]).to.equal(future)
    },
    'one that is done already stands for its value': async ({ flow }) => {
      const engine = await flow()
      const done = engine.functionTask(inc)(0)
      await done
      expect(await engine.functionTask(inc)(done)).to.equal(2)
    },
    'the same one twice is waited for once': async ({ flow }) => {
      const engine = await flow()
      const one = engine.functionTask(inc)(0)
      expect(await engine.functionTask(add)(one, one)).to.equal(2)
    },
    'any promise is waited for': async ({ flow }) => {
      const engine = await flow()
      expect(await engine.functionTask(add)(Promise.resolve(1), Promise.resolve(2))).to.equal(3)
    },
    'a promise that rejects fails what needs it': async ({ flow }) => {
      const engine = await flow()
      const reason = new Error('on purpose')
      const error = await errorOf<{ rootCause?: unknown }>(engine.functionTask(inc)(Promise.reject(reason)).result())
      expect(error.rootCause).to.equal(reason)
    },
    'one of another engine is waited for': async ({ flow }) => {
      const [here, there] = [await flow(), await flow()]
      expect(await here.functionTask(inc)(there.functionTask(inc)(0))).to.equal(2)
    },
    'two engines count their tasks by themselves, and take no results of each other': async ({ flow }) => {
      const [here, there] = [await flow(), await flow()]
      const futures = [here.functionTask(inc)(0), there.functionTask(inc)(10)] as const
      expect(futures.map(({ uid, id }) => [uid, id])).to.deep.equal([
        ['task.000001', '000001'],
        ['task.000001', '000001'],
      ])
      expect(await Promise.all(futures)).to.deep.equal([1, 11])
    },
    'one that only tasks needed can be awaited later': async ({ flow }) => {
      const engine = await flow()
      const first = engine.functionTask(async () => [1, 2, 3])()
      await engine.functionTask(async (list: readonly number[]) => list.length)(first)
      const value = await first
      expect([value, (await first) === value]).to.deep.equal([[1, 2, 3], true])
    },
    'one that only tasks needed can be awaited after the shutdown': async ({ flow }) => {
      const engine = await flow()
      const first = engine.functionTask(async () => [1, 2, 3])()
      await engine.functionTask(async (list: readonly number[]) => list.length)(first)
      await engine.shutdown()
      expect(await first).to.deep.equal([1, 2, 3])
    },
    'it goes from PENDING over RUNNING to DONE': async ({ flow }) => {
      const engine = await flow()
      const states: (string | undefined)[] = []
      let future: TaskFuture<number> | undefined
      await engine.startTelemetry({ onEvent: () => states.push(future?.state) })
      future = engine.functionTask(inc)(0)
      const called = future.state
      await future
      expect([called, states.includes('RUNNING'), future.state]).to.deep.equal(['PENDING', true, 'DONE'])
    },
    'it calls back when it is done': async ({ flow }) => {
      const engine = await flow()
      const future = engine.functionTask(inc)(0)
      const seen = await new Promise((resolve) => future.addDoneCallback((given) => resolve([given === future, given.done()])))
      expect(seen).to.deep.equal([true, true])
    },
    'it waits as long as it is told': async ({ flow }) => {
      const engine = await flow()
      const future = engine.functionTask(async () => new Promise<void>(() => {}))()
      expect(await errorOf(future.result({ timeout: 10 }))).to.have.property('code', 'ERR_TASK_TIMEOUT')
      expect(future.done()).to.equal(false)
    },
    'an argument that cannot be found out about fails its task': async ({ flow }) => {
      const engine = await flow()
      const hostile = {
        // biome-ignore lint/suspicious/noThenProperty: what is tried
        get then(): never {
          throw new Error('on purpose')
        },
      }
      expect(await errorOf(engine.functionTask(echo)(hostile).result())).to.have.property('message', 'on purpose')
    },
  }),
  ...overRunning('futures', {
    'it tells of progress': async ({ flow }) => {
      const engine = await flow()
      const future = engine.functionTask(async function (this: { report(progress: unknown): void }) {
        this.report(0.5)
      } as () => Promise<void>)()
      const seen: unknown[] = []
      future.onProgress((progress) => seen.push(progress))
      await future
      expect(seen).to.deep.equal([0.5])
    },
  }),
  ...overAll('futures', {
    'a call answers one at once, and its record': async ({ flow }) => {
      const engine = await flow()
      const future = engine.functionTask({ name: 'load' }, inc)(0)
      expect([future.uid, future.task.name, future.task.function]).to.deep.equal(['task.000001', 'load', inc])
      await future
    },
    'what is called after the shutdown fails': async ({ flow }) => {
      const engine = await flow()
      await engine.shutdown()
      const future = engine.functionTask(inc)(0)
      expect(await errorOf(future.result())).to.include({ code: 'ERR_CLOSED', uid: 'task.000001' })
      expect(future.state).to.equal('FAILED')
    },
  }),
]
