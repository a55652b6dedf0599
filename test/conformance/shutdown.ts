import { expect } from 'chai'
import { cases } from './case.js'
import { errorOf, Recorder, runOne, sleep } from './recorder.js'

const forever = async () => new Promise<void>(() => {})

export const shutdown = [
  ...cases('shutdown', [], {
    'it may be called twice': async ({ start }) => {
      const backend = await start()
      await backend.shutdown()
      await backend.shutdown()
    },
  }),
  ...cases('shutdown', ['dask'], {
    'it cancels what is live, each with its CANCELED': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      await backend.submitTasks(['a', 'b', 'c'].map((uid) => ({ uid, function: forever })))
      await recorder.reached('a', 'RUNNING')
      await backend.shutdown()
      expect(recorder.events).to.deep.equal(['a RUNNING', 'a CANCELED', 'b CANCELED', 'c CANCELED'])
      expect(await backend.state()).to.equal('DISCONNECTED')
    },
    'afterwards nothing can be submitted, and there is nothing to cancel': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      await backend.shutdown()
      expect((await errorOf(backend.submitTasks([]))).code).to.equal('ERR_CLOSED')
      expect(await backend.cancelTask('task')).to.equal(false)
      expect(await backend.cancelAllTasks()).to.equal(0)
    },
    'null for its options is none': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      await backend.shutdown(null as never)
      expect(await backend.state()).to.equal('DISCONNECTED')
    },
    'a start before it ended does not outlive a second one': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      void backend.shutdown()
      const starting = errorOf(backend.start())
      await backend.shutdown()
      expect((await starting).code).to.equal('ERR_CLOSED')
      expect(await backend.state()).to.equal('DISCONNECTED')
    },
    'meanwhile neither': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const closing = backend.shutdown()
      expect((await errorOf(backend.submitTasks([]))).code).to.equal('ERR_CLOSED')
      expect(await backend.state()).to.equal('DISCONNECTED')
      await closing
    },
    'start() starts it again': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      await backend.shutdown()
      await backend.start()
      expect(await backend.state()).to.equal('CONNECTED')
      expect((await runOne(backend, async () => 'again')).returnValue).to.equal('again')
    },
    'before the start it does nothing, and the start still works': async ({ Backend }) => {
      const backend = new Backend({ nWorkers: 1 })
      await backend.shutdown()
      await backend.start()
      expect(await backend.state()).to.equal('CONNECTED')
      await backend.shutdown()
    },
    'during the start, both answer': async ({ Backend }) => {
      const backend = new Backend({ nWorkers: 1 })
      const starting = errorOf(backend.start())
      await backend.shutdown()
      expect((await starting).code).to.equal('ERR_CLOSED')
      expect(await backend.state()).to.equal('DISCONNECTED')
    },
    'a start that takes long is given up at once': async ({ Backend }) => {
      const adapter = { ...Backend.runtime.workers, spawn: () => new Promise<never>(() => {}) }
      const backend = new Backend({ nWorkers: 1 }, { adapter })
      const starting = errorOf(backend.start())
      void backend.shutdown()
      expect((await starting).code).to.equal('ERR_CLOSED')
    },
    'from inside a listener it ends everything': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      let closing: Promise<void> | undefined
      backend.registerCallback((_, state) => {
        if (state === 'DONE') closing ??= backend.shutdown()
      })
      await backend.submitTasks([
        { uid: 'a', function: async () => 1 },
        { uid: 'b', function: forever },
      ])
      await recorder.ended(['a', 'b'])
      await closing
      expect(recorder.statesOf('b').at(-1)).to.equal('CANCELED')
    },
    'with drain, what is live ends first, and nothing more is taken': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      await backend.submitTasks(['a', 'b'].map((uid) => ({ uid, function: sleep, args: [20] })))
      const closing = backend.shutdown({ drain: true })
      expect((await errorOf(backend.submitTasks([]))).code).to.equal('ERR_CLOSED')
      expect(await backend.cancelTask('a')).to.equal(false)
      expect(await backend.state()).to.equal('DISCONNECTED')
      await closing
      expect(['a', 'b'].map((uid) => recorder.statesOf(uid).at(-1))).to.deep.equal(['DONE', 'DONE'])
    },
    'a drain ends when its time is over, or somebody shuts down without one': async ({ start }) => {
      const never = async () => new Promise<void>(() => {})
      for (const hurry of [true, false]) {
        const backend = await start({ nWorkers: 1 })
        const recorder = new Recorder(backend)
        await backend.submitTasks([{ uid: 'never', function: never }])
        await recorder.reached('never', 'RUNNING')
        const draining = backend.shutdown(hurry ? { drain: true } : { drain: true, timeout: 30 })
        const second = backend.shutdown(hurry ? undefined : { drain: true })
        await draining
        await second
        expect(recorder.statesOf('never')).to.deep.equal(['RUNNING', 'CANCELED'])
      }
    },
    'a drain waits for what is still with an async buildTask': async ({ start }) => {
      let build = () => {}
      const built = new Promise<void>((resolve) => {
        build = resolve
      })
      const backend = await start({ nWorkers: 1 }, { buildTask: () => built })
      const recorder = new Recorder(backend)
      const submitted = backend.submitTasks([{ uid: 'task', function: async () => 1 }])
      const closing = backend.shutdown({ drain: true })
      build()
      await submitted
      await closing
      expect(recorder.statesOf('task').at(-1)).to.equal('DONE')
    },
    'a start that waits for the end of a drain does not open it again before': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      await backend.submitTasks([{ uid: 'task', function: sleep, args: [50] }])
      const closing = backend.shutdown({ drain: true })
      const starting = backend.start()
      expect(await backend.cancelTask('task')).to.equal(false)
      expect(await backend.cancelAllTasks()).to.equal(0)
      expect((await errorOf(backend.submitTasks([]))).code).to.equal('ERR_CLOSED')
      await closing
      await starting
      expect(recorder.statesOf('task').at(-1)).to.equal('DONE')
      expect((await runOne(backend, async () => 'again')).returnValue).to.equal('again')
    },
    'a drain of nothing ends at once, and a start follows it': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      await backend.shutdown({ drain: true })
      await backend.start()
      expect((await runOne(backend, async () => 'again')).returnValue).to.equal('again')
    },
    'a signal still cancels what is waited for': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      const controller = new AbortController()
      const never = async () => new Promise<void>(() => {})
      const taskBackendSpecificKwargs = { signal: controller.signal }
      await backend.submitTasks([{ uid: 'never', function: never, taskBackendSpecificKwargs }])
      await recorder.reached('never', 'RUNNING')
      const closing = backend.shutdown({ drain: true })
      controller.abort()
      await closing
      expect(recorder.statesOf('never')).to.deep.equal(['RUNNING', 'CANCELED'])
    },
  }),
]
