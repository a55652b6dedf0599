import { expect } from 'chai'
import { type Case, cases } from './case.js'
import { errorOf, exceptionOf, Recorder, runOne, runTasks } from './recorder.js'

const NOT_ASYNC: readonly [what: string, fn: unknown, says: string][] = [
  ['a missing function', undefined, 'got undefined'],
  ['a number', 7, 'got 7'],
  ['an empty name', '', 'got string'],
  ['a plain function', () => 1, 'is not async'],
  ['a plain function that mentions a helper', () => '__async', 'is not async'],
  ['a bound function', (async () => 1).bind(null), 'bound or native'],
  ['a native function', Math.max, 'bound or native'],
  ['a class', class Job {}, 'it is a class'],
  ['a generator', function* count() {}, 'it is a generator'],
  ['an async generator', async function* count() {}, 'it is a generator'],
]

const refused: readonly Case[] = NOT_ASYNC.map(([what, fn, says]) => ({
  name: `functions: ${what} is refused with the reason, without RUNNING`,
  needs: ['dask'],
  run: async ({ start, daskflow }) => {
    const backend = await start({ nWorkers: 1 })
    const task = { uid: 'task', function: fn as never, args: [1] }
    const recorder = await runTasks(backend, [task])
    expect(recorder.statesOf('task')).to.deep.equal(['FAILED'])
    const error = exceptionOf(task)
    expect(error).to.be.instanceOf(daskflow.ValueError)
    expect(error.message).to.match(/^DaskExecutionBackend only supports async functions/)
    expect(error.message).to.contain(says)
    expect(task).not.to.have.property('stderr')
  },
}))

const methods = {
  async shorthand(n: number) {
    return n + 1
  },
  async 'quoted name'(n: number) {
    return n + 2
  },
}

// biome-ignore lint/complexity/noStaticOnlyClass: a static method is the case
class Static {
  static async method(n: number) {
    return n + 3
  }
}

const FORMS: Readonly<Record<string, (n: number) => unknown>> = {
  'an arrow function': async (n) => n,
  'a function expression': async (n) => n,
  'a named function expression': async function named(n) {
    return n
  },
  'a shorthand method': methods.shorthand,
  'a quoted method': methods['quoted name'],
  'a static method': Static.method,
}

// As text, since this file is formatted and compiled too.
const SOURCES: Readonly<Record<string, string>> = {
  'an arrow function without parentheses': 'async n => n',
  'a function that was compiled below ES2017':
    'function (n) { return __awaiter(this, void 0, void 0, function* () { const m = yield Promise.resolve(n); return m }) }',
  'a function that esbuild compiled with keepNames':
    'function (n) { return __async(this, null, function* () { const f = __name((m) => m, "f"); return f(yield n) }) }',
}

const shipped: readonly Case[] = [
  ...Object.entries(FORMS).map(([what, fn]) => shippable(what, ['dask'], () => fn)),
  ...Object.entries(SOURCES).map(([what, source]) => shippable(what, ['dask', 'source'], () => Function(`return ${source}`)())),
]

function shippable(what: string, needs: Case['needs'] & {}, make: () => (n: number) => unknown): Case {
  return {
    name: `functions: ${what} can be shipped`,
    needs,
    run: async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      expect((await runOne(backend, make(), 10)).returnValue).to.be.within(10, 13)
    },
  }
}

export const functions = [
  ...refused,
  ...shipped,
  ...cases('functions', ['dask'], {
    'an error of the user that reads like one of the engine is left alone': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const other = async () => {
        throw new TypeError('secret is not defined')
      }
      expect(exceptionOf(await runOne(backend, other)).message).to.equal('secret is not defined')
      const fn = async () => {
        throw new ReferenceError('no such page')
      }
      expect(exceptionOf(await runOne(backend, fn)).message).to.equal('no such page')
    },
    'withScope gives values and functions': async ({ start, daskflow: { withScope } }) => {
      const backend = await start({ nWorkers: 1 })
      const FACTOR = 3
      const square = (n: number) => n * n
      const sum = (list: number[]) => list.reduce((total, n) => total + square(n), 0)
      const fn = withScope(async (list: number[]) => FACTOR * sum(list), { FACTOR, square, sum })
      expect((await runOne(backend, fn, [1, 2, 3])).returnValue).to.equal(42)
    },
    'two functions of the same source and another scope are two': async ({ start, daskflow: { withScope } }) => {
      const backend = await start({ nWorkers: 1 })
      const made = [1, 2].map((k) => withScope(async () => k, { k }))
      for (const [i, fn] of made.entries()) expect((await runOne(backend, fn)).returnValue).to.equal(i + 1)
    },
    'a scope may be added to': async ({ start, daskflow: { withScope } }) => {
      const backend = await start({ nWorkers: 1 })
      const [a, b] = [1, 2]
      const fn = withScope(
        withScope(async () => a + b, { a }),
        { b },
      )
      expect((await runOne(backend, fn)).returnValue).to.equal(3)
    },
    'withScope refuses what cannot be shipped': async ({ daskflow: { withScope, TaskValidationError } }) => {
      const scoped = withScope(async () => 1, {})
      const bad: Readonly<Record<string, unknown>> = {
        'not an identifier': 1,
        class: 1,
        bound: Math.max,
        socket: { on() {} },
        scoped,
      }
      for (const [key, value] of Object.entries(bad)) {
        const error = await errorOf(() => withScope(async () => 1, { [key]: value }))
        expect(error).to.be.instanceOf(TaskValidationError)
        expect(error.message).to.contain(key)
      }
    },
    'a relative path is refused': async ({ daskflow: { moduleFunction, TaskValidationError } }) => {
      for (const path of ['./tasks.js', '../tasks.js', '/tasks.js']) {
        const error = await errorOf(() => moduleFunction(path, 'x'))
        expect(error).to.be.instanceOf(TaskValidationError)
        expect(error.message).to.contain('import.meta.url')
      }
    },
  }),
  ...cases('functions', ['dask', 'source'], {
    'a variable of the file is not visible, and the error says what to do': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      // Declared so that no runtime that compiles this file inlines it.
      const secret = Math.random()
      async function useSecret() {
        return secret
      }
      const error = exceptionOf(await runOne(backend, useSecret))
      expect(error).to.be.instanceOf(ReferenceError)
      expect(error.message).to.match(
        /^(secret is not defined|Can't find variable: secret)\. 'useSecret' was shipped to a worker as source/,
      )
      expect(error.message).to.contain('withScope(fn, { secret })')
    },
    'a scope may use the names of the library, and hides them': async ({ start, daskflow: { withScope } }) => {
      const backend = await start({ nWorkers: 1 })
      const transfer = (n: number) => n + 1
      const __name = 40
      const fn = withScope(async () => transfer(__name + 1), { transfer, __name })
      expect((await runOne(backend, fn)).returnValue).to.equal(42)
    },
    'a scope is what it was when it was given': async ({ start, daskflow: { withScope } }) => {
      const backend = await start({ nWorkers: 1 })
      const config: Record<string, unknown> = { n: 1 }
      const fn = withScope(async () => config.n, { config })
      config.n = 2
      config.later = () => 1
      expect((await runOne(backend, fn)).returnValue).to.equal(1)
    },
    'a method with a computed name says that it cannot be shipped': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const key = Symbol('key')
      const holder = {
        async [key]() {
          return 1
        },
      }
      expect(exceptionOf(await runOne(backend, holder[key])).code).to.equal('ERR_TASK_VALIDATION')
    },
    'a source that does not compile fails its task and names it': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      class Safe {
        #code = 1
        static async open(safe: Safe) {
          return safe.#code
        }
      }
      const error = exceptionOf(await runOne(backend, Safe.open, {}))
      expect(error.code).to.equal('ERR_TASK_VALIDATION')
      expect(error.message).to.contain("'open' does not compile")
    },
    'a function is known by its name, else as lambda': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const missing = Math.random()
      async function fail() {
        return missing
      }
      expect(exceptionOf(await runOne(backend, fail)).message).to.contain("'fail'")
    },
  }),
  ...cases('functions', ['dask', 'modules'], {
    'moduleFunction runs an export of a file': async ({ start, daskflow: { moduleFunction }, fixtures }) => {
      const backend = await start({ nWorkers: 1 })
      const tasks = new URL('tasks.js', fixtures)
      expect((await runOne(backend, moduleFunction(tasks, 'multiply'), 6, 7)).returnValue).to.equal(42)
      expect((await runOne(backend, moduleFunction(tasks.href, 'syncDouble'), 21)).returnValue).to.equal(42)
      expect((await runOne(backend, moduleFunction(tasks))).returnValue).to.equal('default')
    },
    'the module is imported once in a worker': async ({ start, daskflow: { moduleFunction }, fixtures }) => {
      const backend = await start({ nWorkers: 1 })
      const count = moduleFunction(new URL('tasks.js?once', fixtures), 'countCalls')
      expect((await runOne(backend, count)).returnValue).to.equal(1)
      expect((await runOne(backend, count)).returnValue).to.equal(2)
    },
    'an error of the module arrives as it is': async ({ start, daskflow: { moduleFunction }, fixtures }) => {
      const backend = await start({ nWorkers: 1 })
      const error = exceptionOf(await runOne(backend, moduleFunction(new URL('tasks.js', fixtures), 'fail'), 'far'))
      expect(error).to.be.instanceOf(RangeError).with.property('message', 'far')
      expect(error.stack).to.contain('tasks.js')
    },
    'a missing module and a missing export are named': async ({ start, daskflow: { moduleFunction }, fixtures }) => {
      const backend = await start({ nWorkers: 1 })
      const noFile = exceptionOf(await runOne(backend, moduleFunction(new URL('nowhere.js', fixtures), 'x')))
      expect(noFile.message).to.contain('nowhere.js')
      const noExport = exceptionOf(await runOne(backend, moduleFunction(new URL('tasks.js', fixtures), 'multiplied')))
      expect(noExport.message).to.contain("exports no function 'multiplied'").and.to.contain('multiply')
      const noFunction = exceptionOf(await runOne(backend, moduleFunction(new URL('tasks.js', fixtures), 'notCallable')))
      expect(noFunction.code).to.equal('ERR_TASK_VALIDATION')
    },
    'the module finds its task by daskflow/worker': async ({ start, daskflow: { moduleFunction }, fixtures }) => {
      const backend = await start({ nWorkers: 1 })
      const task = await runOne(backend, moduleFunction(new URL('tasks.js', fixtures), 'uidBefore'))
      expect(task.returnValue).to.equal(task.uid)
    },
    'an error class of the package arrives as that class': async ({ start, daskflow, fixtures }) => {
      const backend = await start({ nWorkers: 1 })
      const task = await runOne(backend, daskflow.moduleFunction(new URL('tasks.js', fixtures), 'reportBadly'))
      const error = exceptionOf<Error & { uid?: string; path?: string }>(task)
      expect(error).to.be.instanceOf(daskflow.TaskValidationError)
      expect(error.uid).to.equal(task.uid)
      expect(error.path).to.equal('progress.f')
    },
    'an error of the worker itself knows whose it is': async ({ start, daskflow: { moduleFunction }, fixtures }) => {
      const backend = await start({ nWorkers: 1 })
      const task = await runOne(backend, moduleFunction(new URL('nowhere.js', fixtures), 'x'))
      expect(exceptionOf<Error & { uid?: string }>(task).uid).to.equal(task.uid)
    },
    'getTaskContext() outside of a task says so': async ({ start, daskflow: { moduleFunction }, fixtures }) => {
      const backend = await start({ nWorkers: 1 })
      const text = (await runOne(backend, moduleFunction(new URL('tasks.js', fixtures), 'contextAtTop'))).returnValue
      expect(text).to.contain('outside of a task')
    },
    'the module moves its result by transfer': async ({ start, daskflow: { moduleFunction }, fixtures }) => {
      const backend = await start({ nWorkers: 1 })
      const task = await runOne(backend, moduleFunction(new URL('tasks.js', fixtures), 'zeros'), 8)
      expect(task.returnValue).to.deep.equal(new Uint8Array(8))
    },
  }),
  ...cases('functions', ['dask', 'modules', 'asyncContext'], {
    'of two tasks that wait beside each other, each finds its own': async ({ start, daskflow: { moduleFunction }, fixtures }) => {
      const backend = await start({ nWorkers: 1, threadsPerWorker: 2 })
      const fn = moduleFunction(new URL('tasks.js', fixtures), 'uidsAround')
      const tasks = ['a', 'b'].map((uid) => ({ uid, function: fn }))
      await runTasks(backend, tasks)
      expect(tasks.map((task) => (task as { returnValue?: unknown }).returnValue)).to.deep.equal([
        ['a', 'a'],
        ['b', 'b'],
      ])
    },
  }),
  ...cases('functions', ['dask', 'ownWorker'], {
    'names are functions of the user’s own worker': async ({ start, workerOf }) => {
      const backend = await start({ nWorkers: 1, worker: workerOf('worker.js') })
      expect((await runOne(backend, 'greet', 'world')).returnValue).to.equal('hello world')
      expect((await runOne(backend, 'add', 1, 2)).returnValue).to.equal(3)
      expect((await runOne(backend, 'late')).returnValue).to.equal('late')
    },
    'a name finds its task by daskflow/worker': async ({ start, workerOf }) => {
      const backend = await start({ nWorkers: 1, worker: workerOf('worker.js') })
      const task = await runOne(backend, 'whoAmI')
      expect(task.returnValue).to.equal(task.uid)
    },
    'a name that the worker does not expose is named, with those that it does': async ({ start, workerOf }) => {
      const backend = await start({ nWorkers: 1, worker: workerOf('worker.js') })
      const error = exceptionOf(await runOne(backend, 'great'))
      expect(error.code).to.equal('ERR_TASK_VALIDATION')
      expect(error.message).to.contain("no function 'great'").and.to.contain("'greet'")
    },
    'inline functions run in the user’s own worker too': async ({ start, workerOf }) => {
      const backend = await start({ nWorkers: 1, worker: workerOf('worker.js') })
      expect((await runOne(backend, async (n: number) => n + 1, 1)).returnValue).to.equal(2)
    },
  }),
  ...cases('functions', ['dask', 'workerFile'], {
    'a worker that never calls expose fails the start, saying so': async ({ Backend, fixtures }) => {
      const backend = new Backend({ worker: new URL('silent-worker.js', fixtures), timeout: 2_000 })
      const error = await errorOf(backend.start())
      expect(error.code).to.equal('ERR_CLUSTER')
      expect(error.message).to.contain('must call expose(')
    },
    'a worker that throws at its top fails the start with that error': async ({ Backend, fixtures }) => {
      const backend = new Backend({ worker: new URL('broken-worker.js', fixtures) })
      const error = await errorOf(backend.start())
      expect(error.message).to.contain('broken at the top')
      expect(error.cause).to.be.instanceOf(Error)
    },
    'a worker that does not exist fails the start and names it': async ({ Backend, fixtures }) => {
      const backend = new Backend({ worker: new URL('no-worker.js', fixtures) })
      expect((await errorOf(backend.start())).message).to.contain('no-worker.js')
    },
    'a name without a worker of one’s own fails and says what is missing': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const task = { uid: 'task', function: 'greet' }
      await backend.submitTasks([task])
      await recorder.ended(['task'])
      expect(exceptionOf(task).message).to.contain('resources.worker')
    },
  }),
]
