import { expect } from 'chai'
import { type Case, cases } from './case.js'
import { errorOf, runTasks } from './recorder.js'

const BAD: readonly [what: string, resources: unknown, says: string][] = [
  ['the Python spelling of a key', { n_workers: 2 }, "Did you mean 'nWorkers'?"],
  ['a misspelt key', { nWorker: 2 }, "Did you mean 'nWorkers'?"],
  ['a key that resembles nothing', { colour: 'red' }, "'colour' is not known. Known: address, schedulerFile"],
  ['zero workers', { nWorkers: 0 }, 'resources.nWorkers must be an integer, 1 or more, got 0'],
  ['half a worker', { nWorkers: 1.5 }, 'resources.nWorkers'],
  ['a number as a string', { nWorkers: '2' }, "got '2'"],
  ['no threads', { threadsPerWorker: 0 }, 'resources.threadsPerWorker'],
  ['more threads than there is room for', { threadsPerWorker: 2 ** 32 }, 'at most 1000000'],
  ['negative failures', { allowedFailures: -1 }, 'resources.allowedFailures'],
  ['a worker that is none', { worker: 7 }, 'resources.worker'],
  ['a timeout of nothing', { timeout: 0 }, 'resources.timeout'],
  ['an empty name', { name: '' }, 'resources.name'],
  ['a dashboard', { dashboardAddress: ':8787' }, 'no dashboard'],
  ['a timeout that no timer can wait', { timeout: Number.POSITIVE_INFINITY }, 'at most'],
  ['a value that has no text', { nWorkers: Object.create(null) }, 'resources.nWorkers'],
  ['an address without a port', { address: 'tcp://127.0.0.1' }, 'resources.address'],
  ['an address with a port that is none', { address: 'tcp://127.0.0.1:99999' }, 'resources.address'],
  ['an address of something else', { address: 'http://127.0.0.1:8786' }, "like 'tcp://127.0.0.1:8786'"],
  ['workers beside an address', { address: 'tcp://127.0.0.1:8786', nWorkers: 2 }, 'resources.nWorkers goes with no address'],
  [
    'an address and a file with one',
    { address: 'tcp://127.0.0.1:1', schedulerFile: 'a.json' },
    'resources.schedulerFile goes with no',
  ],
  ['certificates for nothing', { security: {} }, 'resources.security goes with an address'],
  ['a misspelt certificate', { address: 'tls://127.0.0.1:1', security: { tlsCafile: 'a' } }, "Did you mean 'tlsCaFile'?"],
  ['an array', [1], 'resources must be a plain object'],
  ['a Map', new Map([['nWorkers', 2]]), 'resources must be a plain object'],
  ['inherited keys', Object.create({ nWorkers: 2 }), 'resources must be a plain object'],
  ['a string', 'tcp://localhost', 'resources must be a plain object'],
]

const refused: readonly Case[] = BAD.map(([what, resources, says]) => ({
  name: `resources: ${what} is a TypeError that names it`,
  needs: ['dask'],
  run: async ({ Backend }) => {
    const error = await errorOf(() => new Backend(resources as never))
    expect(error).to.be.instanceOf(TypeError)
    expect(error.code).to.equal('ERR_RESOURCES')
    expect(error.message).to.contain(says)
  },
}))

const LATER = ['heartbeatInterval']

const later: readonly Case[] = LATER.map((key) => ({
  name: `resources: ${key} says that it is not supported yet`,
  needs: ['dask'],
  run: async ({ Backend }) => {
    const error = await errorOf(() => new Backend({ [key]: 1 } as never))
    expect(error.code).to.equal('ERR_NOT_SUPPORTED')
    expect(error.message).to.contain(`resources.${key}`)
  },
}))

export const resources = [
  ...refused,
  ...later,
  ...cases('resources', ['dask'], {
    'none, null and undefined values are the defaults': async ({ Backend }) => {
      for (const given of [undefined, null, {}, { nWorkers: undefined, dashboardAddress: null }]) {
        expect(new Backend(given as never).name).to.equal('dask')
      }
    },
    'the name comes from the options, else from the resources': async ({ Backend }) => {
      expect(new Backend({ name: 'a' }).name).to.equal('a')
      expect(new Backend({ name: 'a' }, { name: 'b' }).name).to.equal('b')
    },
    'no more than nWorkers are started': async ({ start }) => {
      const backend = await start({ nWorkers: 2 })
      const tasks = Array.from({ length: 20 }, (_, i) => ({
        uid: `task.${i}`,
        async function(this: { workerId: string }) {
          const until = Date.now() + 5
          while (Date.now() < until);
          return this.workerId
        },
      }))
      await runTasks(backend, tasks)
      const workers = new Set(tasks.map((task) => (task as { returnValue?: unknown }).returnValue))
      expect(workers.size).to.be.within(1, 2)
    },
    'threadsPerWorker tasks of one worker run at a time': async ({ start }) => {
      const backend = await start({ nWorkers: 1, threadsPerWorker: 3 })
      const meet = async () => {
        const realm = globalThis as { running?: number; most?: number }
        realm.running = (realm.running ?? 0) + 1
        realm.most = Math.max(realm.most ?? 0, realm.running)
        await new Promise<void>((resolve) => setTimeout(resolve, 5))
        realm.running--
        return realm.most
      }
      const tasks = Array.from({ length: 9 }, (_, i) => ({ uid: `task.${i}`, function: meet }))
      await runTasks(backend, tasks)
      const most = Math.max(...tasks.map((task) => (task as { returnValue?: number }).returnValue ?? 0))
      expect(most).to.equal(3)
    },
    'onWorker tells of workers that come': async ({ Backend }) => {
      const backend = new Backend({ nWorkers: 2 })
      const seen = new Map<string, string[]>()
      let arrived: (() => void) | undefined
      const second = new Promise<void>((resolve) => {
        arrived = resolve
      })
      backend.onWorker(({ type, workerId }) => {
        seen.set(workerId, [...(seen.get(workerId) ?? []), type])
        if (type === 'ready' && seen.size === 2) arrived?.()
      })
      await backend.start()
      const wait = async () => {
        await new Promise<void>((resolve) => setTimeout(resolve, 1))
      }
      await backend.submitTasks(Array.from({ length: 50 }, (_, i) => ({ uid: `task.${i}`, function: wait })))
      await second
      expect([...seen.values()]).to.deep.equal([
        ['spawned', 'ready'],
        ['spawned', 'ready'],
      ])
      await backend.shutdown()
    },
  }),
]
