import { expect } from 'chai'
import { cases } from './case.js'
import { mortal, spread } from './data.js'
import { errorOf } from './recorder.js'

type Coded = Error & { code?: string; path?: string; workerId?: string }

class Counter {
  count: number
  constructor(start: number) {
    this.count = start
  }
  add(n: number) {
    this.count += n
    return this.count
  }
  async later(n: number) {
    await null
    return this.add(n)
  }
  fail() {
    throw Object.assign(new RangeError('no'), { code: 'ERR_MINE' })
  }
  broken() {
    return { inside: () => 1 }
  }
  bytes(data: Uint8Array) {
    return data.length
  }
  hang() {
    return new Promise<never>(() => {})
  }
}
const refuses = async (make: () => unknown): Promise<Coded> => (await errorOf(make)) as Coded

export const actors = cases('actors', ['dask'], {
  'keep their state, and answer in the order in which they are called': async ({ client }) => {
    const dask = await client({ nWorkers: 2 })
    const counter = await dask.submit(Counter, [10], { actor: true })
    expect(await Promise.all([counter.add(1), counter.add(2), counter.later(3)])).to.deep.equal([11, 13, 16])
  },
  'of one class are two': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const [a, b] = await Promise.all([1, 100].map((start) => dask.submit(Counter, [start], { actor: true }).result()))
    expect([await a?.add(1), await b?.add(1), await a?.add(1)]).to.deep.equal([2, 101, 3])
  },
  'take futures when they are made': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const start = dask.submit(async () => 40)
    expect(await (await dask.submit(Counter, [start], { actor: true })).add(2)).to.equal(42)
  },
  'throw what their methods throw': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const counter = await dask.submit(Counter, [0], { actor: true })
    const error = await refuses(() => counter.fail())
    expect(error).to.be.instanceOf(RangeError)
    expect(error).to.include({ message: 'no', code: 'ERR_MINE' })
    expect(await counter.add(1)).to.equal(1)
  },
  'a method that there is not is refused, and the others named': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const counter = await dask.submit(Counter, [0], { actor: true })
    const error = await refuses(() => (counter as never as { ad(): unknown }).ad())
    expect(error.code).to.equal('ERR_TASK_VALIDATION')
    expect(error.message).to.contain("'ad'").and.contain("'add'")
  },
  'what cannot be sent to them, or back, is named': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const counter = await dask.submit(Counter, [0], { actor: true })
    const there = await refuses(() => counter.add((() => 1) as never))
    expect([there.code, there.path]).to.deep.equal(['ERR_TASK_VALIDATION', 'args[0]'])
    const back = await refuses(() => counter.broken())
    expect([back.code, back.path]).to.deep.equal(['ERR_TASK_VALIDATION', 'result.inside'])
  },
  'arguments may be moved': async ({ client, daskflow }) => {
    const dask = await client({ nWorkers: 1 })
    const counter = await dask.submit(Counter, [0], { actor: true })
    const data = new Uint8Array(2_000)
    expect(await counter.bytes(daskflow.transfer(data, [data.buffer]))).to.equal(2_000)
    expect(data.byteLength).to.equal(0)
  },
  'tasks that are given one run where it is': async (context) => {
    const { dask, workers } = await spread(context, [1_000, 50_000])
    const counter = dask.submit(Counter, [5], { actor: true, workers: workers[0] })
    const direct = async (actor: Counter, data: { length: number }) => actor.add(data.length)
    expect(await dask.gather([1, 2].map((length) => dask.submit(direct as never, [counter, { length }] as never)))).to.deep.equal(
      [6, 8],
    )
    expect(await (await counter).add(0)).to.equal(8)
  },
  'on different workers cannot be given to one task': async (context) => {
    const { dask, workers } = await spread(context, [1_000, 1_000])
    const [a, b] = workers.map((id) => dask.submit(Counter, [0], { actor: true, workers: id }))
    const error = (await dask.submit(async () => 1, [[a, b]] as never).exception()) as Coded
    expect([error.code, error.message.includes('different workers')]).to.deep.equal(['ERR_VALUE', true])
  },
  'of a worker that is to go still take the tasks that need them': async ({ Client, LocalCluster }) => {
    const cluster = await LocalCluster.create({ nWorkers: 1 })
    try {
      const dask = await new Client(cluster).start()
      const counter = dask.submit(Counter, [5], { actor: true })
      await counter
      cluster.scale(0)
      expect(await dask.submit((async (actor: Counter) => actor.add(1)) as never, [counter] as never)).to.equal(6)
    } finally {
      await cluster.close()
    }
  },
  'that do not get made fail like any task': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    class Broken {
      constructor() {
        throw new RangeError('not made')
      }
    }
    expect((await refuses(() => dask.submit(Broken, [], { actor: true }).result())).message).to.equal('not made')
  },
  'are lost with their worker, and so is a call that is under way': async (context) => {
    const { dask, end } = await mortal(context)
    const future = dask.submit(Counter, [0], { actor: true })
    const counter = await future
    await counter.add(1)
    const hanging = refuses(() => counter.hang())
    const [id] = (await dask.whoHas(future))[future.key] ?? []
    await end(id)
    for (const error of [await hanging, await refuses(() => counter.add(1))]) {
      expect(error).to.be.instanceOf(context.daskflow.WorkerLostError)
      expect([error.code, error.workerId]).to.deep.equal(['ERR_WORKER_LOST', id])
    }
    expect(future.status).to.equal('lost')
    await future.retry()
    expect(await (await future).add(1)).to.equal(1)
  },
  'answer what is nested too deep, or say that it is, and the next call, too': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    class Deep {
      nest(n: number) {
        let deep: unknown = 0
        for (let i = 0; i < n; i++) deep = [deep]
        return deep
      }
      one() {
        return 1
      }
    }
    const deep = await dask.submit(Deep, [], { actor: true })
    const error = (await deep.nest(5_000).catch((reason: unknown) => reason)) as Coded
    expect([undefined, 'ERR_TASK_VALIDATION']).to.include(error.code)
    expect(await deep.one()).to.equal(1)
  },
  'are classes': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const error = await refuses(() => dask.submit((() => 1) as never, [], { actor: true }))
    expect([error.code, error.path]).to.deep.equal(['ERR_TASK_VALIDATION', 'fn'])
  },
  'are gone when they are released': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const future = dask.submit(Counter, [0], { actor: true })
    const counter = await future
    future.release()
    expect((await refuses(() => counter.add(1))).code).to.equal('ERR_TASK_CANCELED')
    expect(Object.values((await dask.schedulerInfo()).workers)[0]?.values).to.equal(0)
  },
})
