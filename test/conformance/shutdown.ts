import { expect } from 'chai'
import { cases } from './case.js'
import { errorOf, Recorder, runOne } from './recorder.js'

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
    'what a later version does says so': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      for (const [call, name] of [
        [() => backend.shutdown({ drain: true }), 'drain'],
        [() => backend.linkImplicitDataDeps('a', 'b'), 'linkImplicitDataDeps'],
        [() => backend.linkExplicitDataDeps({ fileName: 'a' }), 'linkExplicitDataDeps'],
      ] as const) {
        const error = await errorOf(call())
        expect(error.code).to.equal('ERR_NOT_SUPPORTED')
        expect(error.message).to.contain(name)
      }
    },
  }),
]
