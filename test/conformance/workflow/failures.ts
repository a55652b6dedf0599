import { expect } from 'chai'
import type { AnyFunction } from '../../../src/core/leaf.js'
import { errorOf } from '../recorder.js'
import { overAll, overOwn, overRunning } from './over-backends.js'

const inc = async (n: number) => n + 1
const add = async (a: number, b: number) => a + b
const boom = async (text: string): Promise<number> => {
  throw new RangeError(text)
}
const never = async () => new Promise<number>(() => {})

interface DependencyFailure extends Error {
  readonly code: string
  readonly failedDependencies: readonly string[]
  readonly rootCause: unknown
}

export const failures = [
  ...overOwn('failures', {
    'a task fails with what it threw': async ({ flow }) => {
      const engine = await flow()
      const future = engine.functionTask(boom)('a')
      const error = await errorOf(future.result())
      expect([error instanceof RangeError, error.message, future.state]).to.deep.equal([true, 'a', 'FAILED'])
      expect(await future.exception()).to.equal(error)
    },
    'what needs it is not run, and says what failed': async ({ flow, daskflow }) => {
      const engine = await flow()
      const future = engine.functionTask({ name: 'next' }, inc)(engine.functionTask({ name: 'first' }, boom)('a'))
      const error = await errorOf<DependencyFailure>(future.result())
      expect(error).to.be.instanceOf(daskflow.DependencyFailureError)
      expect(error.message).to.equal("Cannot execute 'next' due to dependency failure")
      expect(error.failedDependencies).to.deep.equal(['first'])
      expect([error.rootCause === error.cause, (error.cause as Error).message]).to.deep.equal([true, 'a'])
    },
    'each hop wraps what was before it': async ({ flow }) => {
      const engine = await flow()
      const task = engine.functionTask(inc)
      const error = await errorOf<DependencyFailure>(task(task(engine.functionTask(boom)('a'))).result())
      const before = error.cause as DependencyFailure
      expect([before.code, (before.cause as Error).message]).to.deep.equal(['ERR_DEPENDENCY_FAILED', 'a'])
    },
    'of several failures the first argument counts, and all are named': async ({ flow }) => {
      const engine = await flow()
      const [one, two] = ['one', 'two'].map((name) => engine.functionTask({ name }, boom)(name))
      const error = await errorOf<DependencyFailure>(
        engine
          .functionTask(async (list: readonly number[]) => list)([two, one, two] as never)
          .result(),
      )
      expect(error.failedDependencies).to.deep.equal(['two', 'one', 'two'])
      expect((error.rootCause as Error).message).to.equal('two')
    },
    'what needs a failure waits for the others, too': async ({ flow }) => {
      const engine = await flow()
      const waits = engine.functionTask(never)()
      const failed = engine.functionTask(boom)('a')
      const future = engine.functionTask(add)(failed, waits)
      await failed.exception()
      expect(future.state).to.equal('PENDING')
      waits.cancel()
      expect(await errorOf(future.result())).to.have.property('code', 'ERR_TASK_CANCELED')
    },
    'a block is not run, either': async ({ flow }) => {
      const engine = await flow()
      const block = engine.block(async (n: number) => n)
      expect(await errorOf(block(engine.functionTask(boom)('a')).result())).to.have.property('code', 'ERR_DEPENDENCY_FAILED')
    },
    'a long row of failures ends': async ({ flow }) => {
      const engine = await flow()
      const task = engine.functionTask(inc)
      let last = task(engine.functionTask(boom)('a'))
      for (let i = 0; i < 5_000; i++) last = task(last)
      expect(await errorOf(last.result())).to.have.property('code', 'ERR_DEPENDENCY_FAILED')
    },
    'one that nobody awaits is told of once, at the shutdown': async ({ flow }) => {
      const told: unknown[][] = []
      const engine = await flow({ logger: { warn: () => {}, error: (...args) => told.push(args) } })
      const failed = engine.functionTask({ name: 'lonely' }, boom)('a')
      await engine.functionTask(boom)('b').exception()
      await new Promise((resolve) => void engine.functionTask(inc)(0).addDoneCallback(resolve))
      while (failed.state !== 'FAILED') await engine.functionTask(inc)(0)
      await engine.shutdown()
      await engine.shutdown()
      expect(told).to.have.length(1)
      expect(told[0]?.[0]).to.match(/'lonely' \(task\.000001\) failed/)
    },
  }),
  ...overRunning('failures', {
    'what the backend refuses fails alone': async ({ flow }) => {
      const engine = await flow()
      const bad = engine.functionTask({ taskDescription: { nonsense: 1 } }, inc)(0)
      const good = engine.functionTask(inc)(0)
      expect(await errorOf(bad.result())).to.have.property('code', 'ERR_TASK_VALIDATION')
      expect(await good).to.equal(1)
    },
  }),
  ...overAll('failures', {
    'a backend that is not registered fails its task alone': async ({ flow }) => {
      const engine = await flow()
      const bad = engine.functionTask({ backend: 'nowhere' }, inc)(0)
      const error = await errorOf(bad.result())
      expect(error).to.have.property('code', 'ERR_VALUE')
      expect(error.message).to.match(/'nowhere' is not registered/)
      await engine.functionTask(inc)(0)
    },
    'a function that is not async is refused where it is defined': async ({ flow }) => {
      const engine = await flow()
      const define = [engine.functionTask, engine.executableTask, engine.promptTask, engine.block] as readonly AnyFunction[]
      for (const each of define) {
        const error = await errorOf(() => each.call(engine, { name: 'other' }, function plain() {}))
        expect(error.message).to.match(
          /'other': Function other must be async\. For sync functions, wrap them in async function\.$/,
        )
      }
    },
    'bad options are refused where they are given': async ({ flow }) => {
      const engine = await flow()
      const bad = [{ service: 1 }, { backends: 'a' }, { taskDescription: [] }, { captureStdio: 'yes' }]
      const errors = await Promise.all(bad.map((options) => errorOf(() => engine.functionTask(options as never, inc))))
      expect(errors.map(({ code }) => code)).to.deep.equal(bad.map(() => 'ERR_RESOURCES'))
      expect(errors[0]?.message).to.equal("'service' must be a boolean, got 1")
      expect(await errorOf(() => engine.functionTask(inc).with({ backends: 'a' } as never))).to.have.property(
        'code',
        'ERR_RESOURCES',
      )
    },
  }),
]
