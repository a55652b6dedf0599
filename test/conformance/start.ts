import { expect } from 'chai'
import { cases } from './case.js'
import { errorOf, runOne } from './recorder.js'

export const start = cases('start', ['dask'], {
  'the constructor does nothing but construct': async ({ Backend }) => {
    const backend = new Backend()
    expect(await backend.state()).to.equal('DISCONNECTED')
  },
  'await starts it and answers the backend itself': async ({ Backend }) => {
    const backend = new Backend({ nWorkers: 1 })
    const awaited: unknown = await backend
    expect(awaited).to.equal(backend)
    expect(await backend.state()).to.equal('CONNECTED')
    await backend.shutdown()
  },
  'awaiting twice, at once and later, starts it once': async ({ Backend }) => {
    const backend = new Backend({ nWorkers: 1 })
    const spawned: string[] = []
    backend.onWorker((event) => event.type === 'spawned' && spawned.push(event.workerId))
    await Promise.all([backend.start(), backend.start()])
    await backend.start()
    expect((await runOne(backend, async () => 1)).returnValue).to.equal(1)
    expect(spawned).to.have.length(1)
    await backend.shutdown()
  },
  'a started backend can be returned from an async function': async ({ Backend }) => {
    const make = async () =>
      (await new Backend({ nWorkers: 1 })) as unknown as { state(): Promise<string>; shutdown(): Promise<void> }
    const backend = await make()
    expect(await backend.state()).to.equal('CONNECTED')
    await backend.shutdown()
  },
  'start() resolves to the backend': async ({ Backend }) => {
    const backend = new Backend({ nWorkers: 1 })
    const started: unknown = await backend.start()
    expect(started).to.equal(backend)
    await backend.shutdown()
  },
  'create() constructs and starts': async ({ Backend }) => {
    const backend = await Backend.create({ nWorkers: 1 }, { name: 'made' })
    expect(backend).to.be.instanceOf(Backend)
    expect(backend.name).to.equal('made')
    expect(await backend.state()).to.equal('CONNECTED')
    await backend.shutdown()
  },
  'create() of a subclass makes one of the subclass': async ({ Backend }) => {
    class Own extends Backend {
      greeting = 'hello'
    }
    const backend = await Own.create({ nWorkers: 1 })
    expect(backend.greeting).to.equal('hello')
    await backend.shutdown()
  },
  'asyncDispose shuts it down': async ({ start }) => {
    const backend = await start()
    await backend[Symbol.asyncDispose]()
    expect(await backend.state()).to.equal('DISCONNECTED')
  },
  'a failed start rejects with the cause and can be tried again': async ({ Backend, start, daskflow }) => {
    const { workers } = Backend.runtime
    let fails = true
    const adapter = {
      ...workers,
      spawn: (options: Parameters<typeof workers.spawn>[0]) =>
        fails ? Promise.reject(new Error('no threads left')) : workers.spawn(options),
    }
    const backend = new Backend({ nWorkers: 1 }, { adapter })
    const error = await errorOf(backend.start())
    expect(error).to.be.instanceOf(daskflow.ClusterError)
    expect(error.message).to.contain('no threads left')
    expect((error.cause as Error).message).to.equal('no threads left')
    expect(await backend.state()).to.equal('DISCONNECTED')
    fails = false
    await backend.start()
    expect((await runOne(backend, async () => 'again')).returnValue).to.equal('again')
    await backend.shutdown()
    await start()
  },
  'an adapter that throws, or makes something else, fails the start': async ({ Backend }) => {
    const spawns = [
      () => {
        throw new Error('thrown at once')
      },
      async () => ({}),
      async () => undefined,
    ]
    for (const spawn of spawns) {
      const adapter = { ...Backend.runtime.workers, spawn: spawn as never }
      const error = await errorOf(new Backend(undefined, { adapter }).start())
      expect(error.code).to.equal('ERR_CLUSTER')
      expect(error.cause).to.be.instanceOf(Error)
    }
  },
  'every method that needs the cluster says that it was not started': async ({ Backend }) => {
    const backend = new Backend()
    for (const call of [() => backend.submitTasks([]), () => backend.cancelTask('task'), () => backend.cancelAllTasks()]) {
      const error = await errorOf(call)
      expect(error.code).to.equal('ERR_NOT_STARTED')
      expect(error.message).to.equal(
        'DaskExecutionBackend must be awaited before use. Use: backend = await new DaskExecutionBackend(resources)',
      )
    }
  },
  'listeners may be registered before the start': async ({ Backend }) => {
    const backend = new Backend({ nWorkers: 1 })
    const states: string[] = []
    backend.registerCallback((_, state) => states.push(state))
    await backend.start()
    await runOne(backend, async () => 1)
    expect(states).to.deep.equal(['RUNNING', 'DONE'])
    await backend.shutdown()
  },
})
