import { expect } from 'chai'
import type { TaskFuture } from '../../../src/workflow/task-future.js'
import { errorOf } from '../recorder.js'
import { overOwn, overRunning } from './over-backends.js'

const inc = async (n: number) => n + 1
const add = async (a: number, b: number) => a + b
const never = async () => new Promise<number>(() => {})
const boom = async (): Promise<number> => {
  throw new Error('on purpose')
}

export const cancels = [
  ...overRunning('cancel', {
    'a signal of its description cancels it': async ({ flow }) => {
      const engine = await flow()
      const controller = new AbortController()
      const future = engine.functionTask({ taskDescription: { signal: controller.signal } }, never)()
      const ended = future.exception()
      await engine.functionTask(inc)(0)
      controller.abort('enough')
      expect(await ended).to.include({ code: 'ERR_TASK_CANCELED' })
      expect(future.state).to.equal('CANCELLED')
    },
  }),
  ...overOwn('cancel', {
    'one that waits is cancelled here and now, with its reason': async ({ flow }) => {
      const engine = await flow()
      const first = engine.functionTask(never)()
      const future = engine.functionTask(inc)(first)
      expect([future.cancel('enough'), future.state, future.cancelled()]).to.deep.equal([true, 'CANCELLED', true])
      const error = await errorOf(future.result())
      expect(error).to.include({ code: 'ERR_TASK_CANCELED', cause: 'enough', uid: 'task.000002' })
      expect(error.message).to.match(/enough/)
      expect(first.state).not.to.equal('CANCELLED')
    },
    'one that runs is cancelled by its backend, with its reason': async ({ flow }) => {
      const engine = await flow()
      const telemetry = await engine.startTelemetry()
      const future = engine.functionTask(never)()
      await new Promise<void>((resolve) => {
        telemetry.subscribe(({ eventType }) => eventType === 'TaskStarted' && resolve())
      })
      expect(future.cancel('enough')).to.equal(true)
      expect(await errorOf(future.result())).to.include({ code: 'ERR_TASK_CANCELED', cause: 'enough' })
      expect([future.state, future.task.state]).to.deep.equal(['CANCELLED', 'CANCELED'])
    },
    'one that has ended is not': async ({ flow }) => {
      const engine = await flow()
      const future = engine.functionTask(inc)(0)
      await future
      expect([future.cancel(), future.state]).to.deep.equal([false, 'DONE'])
    },
    'what depends on one is cancelled, and what depends on that': async ({ flow }) => {
      const engine = await flow()
      const first = engine.functionTask(never)()
      const second = engine.functionTask(inc)(first)
      const third = engine.block(async (n: number) => n)(second)
      first.cancel()
      expect(await errorOf(third.result())).to.have.property('code', 'ERR_TASK_CANCELED')
      expect([first, second, third].map(({ state }) => state)).to.deep.equal(['CANCELLED', 'CANCELLED', 'CANCELLED'])
    },
    'one that was cancelled counts before one that failed': async ({ flow }) => {
      const engine = await flow()
      const waits = engine.functionTask(never)()
      const future = engine.functionTask(add)(engine.functionTask(boom)(), waits)
      waits.cancel()
      expect(await errorOf(future.result())).to.have.property('code', 'ERR_TASK_CANCELED')
    },
    'a shutdown cancels what runs and what waits': async ({ flow }) => {
      const engine = await flow()
      const runs = engine.functionTask(never)()
      const waits = engine.functionTask(inc)(runs)
      const block = engine.block(async () => new Promise<void>(() => {}))()
      await engine.functionTask(inc)(0)
      await engine.shutdown()
      expect([runs, waits, block].map(({ state }) => state)).to.deep.equal(['CANCELLED', 'CANCELLED', 'CANCELLED'])
      const errors = await Promise.all([runs, waits, block].map((future) => errorOf((future as TaskFuture).result())))
      expect(errors.map(({ cause }) => cause)).to.deep.equal(errors.map(() => 'the engine was shut down'))
    },
  }),
]
