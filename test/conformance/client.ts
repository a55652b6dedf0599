import { expect } from 'chai'
import type { Future, TaskContext } from '../../src/index.js'
import { type Client, cases } from './case.js'
import { reachableWorkers } from './reachable-workers.js'
import { errorOf } from './recorder.js'

type Coded = Error & { code?: string; path?: string; uid?: string }

const inc = async (n: number) => n + 1
const sum = async (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)
const never = async () => new Promise<never>(() => {})
const fails = async (message: string) => {
  throw Object.assign(new RangeError(message), { code: 'ERR_MINE' })
}
const refuses = async (make: () => unknown): Promise<Coded> => (await errorOf(make)) as Coded

/** Fails until it was called so often, in whichever worker: it counts by what it is told of its attempt. */
const thirdTime = async function (this: TaskContext) {
  if (this.attempt < 3) throw new Error(`attempt ${this.attempt}`)
  return this.attempt
}

const withAnyWorker = cases('Client', ['dask'], {
  'submit answers a future, which can be awaited, and asked': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const future = dask.submit(inc, [1])
    expect([future.status, future.done(), future.cancelled()]).to.deep.equal(['pending', false, false])
    expect(await future).to.equal(2)
    expect(await future.result()).to.equal(2)
    expect([future.status, future.done(), await future.exception()]).to.deep.equal(['finished', true, undefined])
  },
  'a future has catch and finally, as a promise has': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const heard: string[] = []
    expect(await dask.submit(inc, [1]).finally(() => heard.push('finally'))).to.equal(2)
    expect(await dask.submit(fails, ['bad']).catch((error) => (error as Error).message)).to.equal('bad')
    expect(heard).to.deep.equal(['finally'])
  },
  'gather takes a Set, as wait answers one, and a Map': async ({ client, daskflow }) => {
    const dask = await client({ nWorkers: 1 })
    const futures = dask.map(inc, [1, 2])
    const { done } = await daskflow.wait(futures)
    expect([...(await dask.gather(done))]).to.deep.equal([2, 3])
    expect([...(await dask.gather(new Map([['two', futures[0]]])))]).to.deep.equal([['two', 2]])
  },
  'what is no future is refused by name, and one future is enough': async ({ client, daskflow }) => {
    const dask = await client({ nWorkers: 1 })
    const odd = [Promise.resolve(1)] as unknown as readonly Future[]
    for (const make of [
      () => daskflow.wait(odd),
      () => daskflow.asCompleted(odd),
      () => dask.cancel(odd),
      () => dask.retry(odd),
    ]) {
      const { code, message } = await refuses(make)
      expect(code).to.equal('ERR_TASK_VALIDATION')
      expect(message).to.contain('[object Promise] is no future')
    }
    const future = dask.submit(inc, [1])
    expect((await daskflow.wait(future)).done.has(future)).to.equal(true)
  },
  'a function need not be async': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    expect(await dask.submit((a: number, b: number) => a * b, [6, 7])).to.equal(42)
  },
  'futures anywhere in the arguments are dependencies': async ({ client }) => {
    const dask = await client({ nWorkers: 2 })
    const [one, two] = [dask.submit(inc, [0]), dask.submit(inc, [1])]
    const shape = async (a: number, { list, deep }: { list: readonly number[]; deep: { x: { y: number }[] } }) => [a, list, deep]
    const future = dask.submit(shape, [one, { list: [two, 5, one], deep: { x: [{ y: two }] } }])
    expect(await future).to.deep.equal([1, [2, 5, 1], { x: [{ y: 2 }] }])
  },
  'the arguments are not rewritten': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const given = [dask.submit(inc, [0])]
    await dask.submit(sum, [given])
    expect(given[0]).to.have.property('key')
  },
  'in Maps, too': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const [one, two] = [dask.submit(inc, [0]), dask.submit(async (n: number) => new Float64Array(n), [1_000])]
    const key = { of: 'an object' }
    const read = async (map: Map<unknown, { length: number } | number>, name: unknown) => [
      map.get(name),
      [...map.values()].map((item) => (item as Float64Array).length ?? item),
    ]
    const map = new Map<unknown, Future | number>([
      [key, one],
      ['two', two],
      ['five', 5],
    ] as never)
    expect(await dask.submit(read, [map, key] as never)).to.deep.equal([1, [1, 1_000, 5]])
  },
  'a future where it cannot be found is refused, and named': async ({ client }) => {
    class Box {
      readonly inside: unknown
      constructor(inside: unknown) {
        this.inside = inside
      }
    }
    const dask = await client({ nWorkers: 1 })
    const future = dask.submit(inc, [0])
    const error = (await dask.submit(async (box: unknown) => typeof box, [new Box(future)]).exception()) as Coded
    expect([error.code, error.path]).to.deep.equal(['ERR_TASK_VALIDATION', 'args[0].inside'])
    expect(error.message).to.contain('a future')
  },
  'map zips, as far as the shortest goes': async ({ client }) => {
    const dask = await client({ nWorkers: 2 })
    const futures = dask.map((a: number, b: number) => a * b, [1, 2, 3], new Set([10, 20]))
    expect(await dask.gather(futures)).to.deep.equal([10, 40])
    expect(dask.map(inc, [])).to.deep.equal([])
  },
  'map takes futures among the items, and options behind them': async ({ client }) => {
    const dask = await client({ nWorkers: 2 })
    const first = dask.map(inc, [1, 2], { key: 'first' })
    expect(first.map(({ key }) => key)).to.deep.equal(['first-0', 'first-1'])
    expect(await dask.gather(dask.map(inc, first, { priority: 1 }))).to.deep.equal([3, 4])
  },
  'gather keeps the shape': async ({ client }) => {
    const dask = await client({ nWorkers: 2 })
    const [a, b] = dask.map(inc, [0, 1]) as [Future<number>, Future<number>]
    expect(await dask.gather(a)).to.equal(1)
    expect(await dask.gather({ a, list: [b, 7] })).to.deep.equal({ a: 1, list: [2, 7] })
  },
  'gather rejects with the first error, or leaves out what failed': async ({ client }) => {
    const dask = await client({ nWorkers: 2 })
    const futures = [dask.submit(inc, [0]), dask.submit(fails, ['no']), dask.submit(inc, [1])]
    expect(await refuses(() => dask.gather(futures))).to.include({ message: 'no', code: 'ERR_MINE' })
    expect(await dask.gather(futures, { errors: 'skip' })).to.deep.equal([1, 2])
  },
  'what a task throws is what its future rejects with, and what depends on it': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const bad = dask.submit(fails, ['no'])
    const behind = dask.submit(inc, [dask.submit(inc, [bad as never])])
    const error = await refuses(() => bad.result())
    expect(error).to.be.instanceOf(RangeError)
    expect(error).to.include({ message: 'no', code: 'ERR_MINE' })
    expect(await behind.exception()).to.equal(await bad.exception())
    expect([bad.status, behind.status]).to.deep.equal(['error', 'error'])
  },
  'what is submitted behind one that has failed fails like it': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const bad = dask.submit(fails, ['no'])
    await bad.exception()
    expect(await dask.submit(inc, [bad as never]).exception()).to.equal(await bad.exception())
  },
  'a failed future that nobody awaits is no unhandled rejection': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    // Where there were one, it would end the process, or fail the page's run.
    const bad = dask.submit(fails, ['nobody asks'])
    bad.addDoneCallback(() => {})
    await dask.submit(inc, [1])
    expect(bad.done()).to.equal(true)
  },
  'cancel ends a future and what depends on it': async ({ client, daskflow }) => {
    const dask = await client({ nWorkers: 1 })
    const running = dask.submit(never)
    const behind = dask.submit(inc, [running as never])
    await running.cancel()
    expect([running.cancelled(), behind.status]).to.deep.equal([true, 'cancelled'])
    const error = await refuses(() => behind.result())
    expect(error).to.be.instanceOf(daskflow.TaskCanceledError)
    expect([error.code, error.uid]).to.deep.equal(['ERR_TASK_CANCELED', behind.key])
    expect(await dask.submit(inc, [1])).to.equal(2)
  },
  'a value that is cancelled is gone, for what comes later, too': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const done = dask.submit(inc, [1])
    await done
    await dask.cancel([done])
    expect(done.status).to.equal('cancelled')
    expect(dask.submit(inc, [done]).status).to.equal('cancelled')
  },
  'a signal cancels it, and is the cause': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const controller = new AbortController()
    const future = dask.submit(never, [], { signal: controller.signal })
    controller.abort(new Error('enough'))
    const error = (await future.exception()) as Error & { cause?: Error }
    expect([future.status, error.cause?.message]).to.deep.equal(['cancelled', 'enough'])
  },
  'a timeout of a result is the caller’s: the task goes on': async ({ client, daskflow }) => {
    const dask = await client({ nWorkers: 1 })
    const future = dask.submit(never)
    const error = await refuses(() => future.result({ timeout: 1 }))
    expect(error).to.be.instanceOf(daskflow.TaskTimeoutError)
    expect([error.code, future.status]).to.deep.equal(['ERR_TASK_TIMEOUT', 'pending'])
    await future.cancel()
  },
  'a timeout of a task is from its start': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const error = (await dask.submit(never, [], { timeout: 20 }).exception()) as Coded
    expect(error.code).to.equal('ERR_TASK_TIMEOUT')
  },
  'retries are made until one succeeds': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    expect(await dask.submit(thirdTime, [], { retries: 2 })).to.equal(3)
  },
  'retry runs what failed again, and what it needs': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const flag = dask.submit(async () => {
      const realm = globalThis as { daskflowTries?: number }
      realm.daskflowTries = (realm.daskflowTries ?? 0) + 1
      if (realm.daskflowTries % 2 === 1) throw new Error('the first time')
      return 1
    })
    const behind = dask.submit(inc, [flag])
    expect((await refuses(() => behind.result())).message).to.equal('the first time')
    await behind.retry()
    expect(await behind).to.equal(2)
    expect(await flag).to.equal(1)
  },
  'what is run again for another’s sake is dropped with it': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const fragile = dask.submit(async function (this: TaskContext) {
      const realm = globalThis as { daskflowSecond?: number }
      realm.daskflowSecond = (realm.daskflowSecond ?? 0) + 1
      if (realm.daskflowSecond % 2 === 1) throw new Error('the first time')
      return new Float64Array(1_000)
    })
    const behind = dask.submit(async (data: Float64Array) => data.length, [fragile])
    await behind.exception()
    fragile.release()
    await behind.retry()
    expect(await behind).to.equal(1_000)
    behind.release()
    expect(Object.values((await dask.schedulerInfo()).workers)[0]?.values).to.equal(0)
  },
  'a future of another cluster is refused': async ({ client }) => {
    const [one, other] = await Promise.all([client({ nWorkers: 1 }), client({ nWorkers: 1 })])
    const future = one.submit(inc, [1])
    for (const call of [() => other.submit(inc, [future]), () => other.cancel(future), () => other.retry([future])]) {
      expect((await refuses(call)).code).to.equal('ERR_TASK_VALIDATION')
    }
    expect(await future).to.equal(2)
  },
  'callbacks are called when it is done, and late ones too': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const future = dask.submit(inc, [1])
    const keys: string[] = []
    for (let i = 0; i < 2; i++) {
      await new Promise<void>((resolve) =>
        future.addDoneCallback(({ key, status }) => {
          keys.push(`${key} ${status}`)
          resolve()
        }),
      )
    }
    expect(keys).to.deep.equal(Array(2).fill(`${future.key} finished`))
  },
  'progress comes before the end': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const heard: unknown[] = []
    const future = dask.submit(async function (this: TaskContext) {
      this.report({ done: 0.5 })
      return 'end'
    })
    future.onProgress((progress) => heard.push(progress))
    future.addDoneCallback(() => heard.push('done'))
    await future
    expect(heard).to.deep.equal([{ done: 0.5 }, 'done'])
  },
  'one key is one task, while somebody holds it': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const first = dask.submit(inc, [1], { key: 'mine' })
    const second = dask.submit(inc, [100], { key: 'mine' })
    expect([await first, await second]).to.deep.equal([2, 2])
    first.release()
    expect(await second).to.equal(2)
    second.release()
    expect(await dask.submit(inc, [100], { key: 'mine' })).to.equal(101)
  },
  'pure calls of the same function with equal arguments are one': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const roll = (seed: { from: number[] }) => seed.from.length + Math.random()
    const [a, b] = [1, 2].map(() => dask.submit(roll, [{ from: [1, 2] }], { pure: true }))
    const other = dask.submit(roll, [{ from: [1, 3] }], { pure: true })
    expect(a?.key).to.equal(b?.key)
    expect(await a).to.equal(await b)
    expect(other.key).to.not.equal(a?.key)
    expect(dask.submit(roll, [{ from: [1, 2] }]).key).to.not.equal(a?.key)
  },
  'a released future is no value any more': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const future = dask.submit(inc, [1])
    future.release()
    expect(future.status).to.equal('cancelled')
    expect((await refuses(() => future.result())).code).to.equal('ERR_TASK_CANCELED')
    expect((await refuses(() => dask.submit(inc, [future]))).code).to.equal('ERR_TASK_CANCELED')
  },
  'what only a released future needed is not computed': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const slow = dask.submit(never)
    const behind = dask.submit(inc, [slow as never])
    slow.release()
    behind.release()
    expect(await dask.submit(inc, [1])).to.equal(2)
  },
  'asCompleted answers futures in the order in which they end': async ({ client, daskflow }) => {
    const dask = await client({ nWorkers: 2 })
    const slow = dask.submit(never)
    const [quick, bad] = [dask.submit(inc, [1]), dask.submit(fails, ['no'])]
    const ended: unknown[] = []
    for await (const future of daskflow.asCompleted<Future>([slow, quick, bad])) {
      ended.push(future)
      if (ended.length === 2) await slow.cancel()
    }
    expect(ended.indexOf(slow)).to.equal(2)
    expect([quick, bad].every((future) => ended.includes(future))).to.equal(true)
  },
  'asCompleted takes more on the way': async ({ client, daskflow }) => {
    const dask = await client({ nWorkers: 1 })
    const ended = daskflow.asCompleted([dask.submit(inc, [0])])
    const values: number[] = []
    for await (const future of ended) {
      values.push(await future.result())
      if (values.length < 3) ended.add(dask.submit(inc, [future]))
    }
    expect(values).to.deep.equal([1, 2, 3])
  },
  'wait answers what is done, and what is not': async ({ client, daskflow }) => {
    const dask = await client({ nWorkers: 2 })
    const [quick, slow] = [dask.submit(inc, [1]), dask.submit(never)]
    const { done, notDone } = await daskflow.wait<Future>([quick, slow], { returnWhen: 'FIRST_COMPLETED' })
    expect([[...done], [...notDone]]).to.deep.equal([[quick], [slow]])
    expect((await refuses(() => daskflow.wait([slow], { timeout: 1 }))).code).to.equal('ERR_TASK_TIMEOUT')
    await slow.cancel()
    expect((await daskflow.wait([quick, slow])).notDone.size).to.equal(0)
  },
  'bad input is refused, and named; of map, all of it': async ({ client, daskflow }) => {
    const dask = await client({ nWorkers: 1 })
    const bad: [string, () => unknown][] = [
      ['fn', () => dask.submit(undefined as never)],
      ['fn', () => dask.submit(class {} as never)],
      ['args', () => dask.submit(inc, 1 as never)],
      ['options.prority', () => dask.submit(inc, [1], { prority: 1 } as never)],
      ['options.retries', () => dask.submit(inc, [1], { retries: -1 })],
      ['options.key', () => dask.submit(inc, [1], { key: '' })],
      ['iterables[0]', () => dask.map(inc, 5 as never)],
      ['options.brodcast', () => dask.scatter([1], { brodcast: true } as never)],
      ['options.errors', () => dask.gather([], { errors: 'bla' } as never)],
      ['options.returnWhen', () => daskflow.wait([], { returnWhen: 'BLA' } as never)],
      ['options.timeout', () => dask.submit(inc, [1]).result({ timeout: -1 })],
    ]
    for (const [path, call] of bad) {
      const error = await refuses(call)
      expect([error.code, error.path], path).to.deep.equal(['ERR_TASK_VALIDATION', path])
    }
  },
  'beyond maxQueue there is no room': async ({ client }) => {
    const dask = await client({ nWorkers: 1, maxQueue: 1 })
    const futures = [dask.submit(never)]
    const error = await refuses(() => {
      for (let i = 0; i < 5; i++) futures.push(dask.submit(never))
    })
    expect(error.code).to.equal('ERR_QUEUE_FULL')
    await dask.cancel(futures)
    expect(await dask.submit(inc, [1])).to.equal(2)
  },
  'it is to be started before use, and no use after close': async ({ Client }) => {
    const dask = new Client({ nWorkers: 1 })
    expect((await refuses(() => dask.submit(inc, [1]))).code).to.equal('ERR_NOT_STARTED')
    await dask.start()
    const [done, pending] = [dask.submit(inc, [1]), dask.submit(never)]
    await done
    await dask.close()
    expect([done.status, pending.status]).to.deep.equal(['cancelled', 'cancelled'])
    expect((await refuses(() => dask.submit(inc, [1]))).code).to.equal('ERR_CLOSED')
    expect((await refuses(() => dask.start())).code).to.equal('ERR_CLOSED')
  },
  'unknown resources are refused': async ({ Client }) => {
    expect((await refuses(() => new Client({ n_workers: 1 } as never))).code).to.equal('ERR_RESOURCES')
  },
  'it tells of its workers': async ({ client }) => {
    const dask = await client({ nWorkers: 1, threadsPerWorker: 3 })
    const [id] = Object.keys((await dask.schedulerInfo()).workers)
    expect(await dask.nthreads()).to.deep.equal({ [id as string]: 3 })
    expect(
      await dask.submit(async function (this: TaskContext) {
        return this.workerId
      }),
    ).to.equal(id)
  },
  'a cluster is scaled, and loses nothing': async ({ Client, LocalCluster }) => {
    const cluster = await LocalCluster.create({ nWorkers: 1 })
    try {
      const dask = await new Client(cluster).start()
      const made = async (n: number) => new Float64Array(n)
      const becomes = (count: number, type: string) =>
        new Promise<void>((resolve) => {
          const stop = dask.onWorker((event) => {
            if (event.type !== type || cluster.workers().length !== count) return
            stop()
            resolve()
          })
        })
      const three = becomes(3, 'ready')
      cluster.scale(3)
      await three
      const values = Object.keys(await dask.nthreads()).map((id) => dask.submit(made, [1_000], { workers: id }))
      await Promise.all(values.map((value) => value.exception()))
      const one = becomes(1, 'retired')
      cluster.scale(1)
      await one
      const [left] = Object.keys(await dask.nthreads())
      const lengths = await dask.gather(values.map((value) => dask.submit(async (x: Float64Array) => x.length, [value])))
      expect(lengths).to.deep.equal([1_000, 1_000, 1_000])
      expect(new Set(Object.values(await dask.whoHas(values)).flat())).to.deep.equal(new Set([left]))
      expect((await refuses(() => cluster.scale(1.5))).code).to.equal('ERR_RESOURCES')
    } finally {
      await cluster.close()
    }
  },
  'a worker that is one too many while it starts is ended, too': async ({ LocalCluster, Backend }) => {
    const { adapter, handles, spawned } = reachableWorkers(Backend)
    const cluster = await LocalCluster.create({ nWorkers: 1 }, { adapter })
    for (const workers of [4, 1, 3, 1]) cluster.scale(workers)
    await cluster.close()
    // One that comes when nobody waits for it any more is ended then.
    await spawned()
    await Promise.all([...handles.values()].map(({ exited }) => exited))
    expect(handles.size).to.equal(0)
  },
  'two clients share a cluster, which outlives them': async ({ Client, LocalCluster }) => {
    const cluster = await LocalCluster.create({ nWorkers: 1 })
    try {
      const [a, b] = (await Promise.all([1, 2].map(() => new Client(cluster).start()))) as [Client, Client]
      const kept = b.submit(inc, [1])
      expect(await a.submit(inc, [1])).to.equal(2)
      await a.close()
      expect(await kept).to.equal(2)
      await b.close()
      expect(cluster.connected).to.equal(true)
    } finally {
      await cluster.close()
    }
  },
})

const withItsOwnWorker = cases('Client', ['dask', 'ownWorker'], {
  'functions and classes of a worker of its own are known by their names': async ({ client, workerOf }) => {
    const dask = await client({ nWorkers: 2, worker: workerOf('worker.js') })
    const sums = dask.map('add', [1, 2], [10, 20])
    expect(await dask.gather(sums)).to.deep.equal([11, 22])
    expect(await dask.submit('greet', [dask.submit('greet', ['you'])])).to.equal('hello hello you')
    const tally = (await dask.submit('Tally', [], { actor: true })) as unknown as { up(by: number): Promise<number> }
    expect([await tally.up(1), await tally.up(2)]).to.deep.equal([1, 3])
  },
})

const withModules = cases('Client', ['dask', 'modules'], {
  'functions of a module are run, and their results are of use to others': async ({ client, daskflow, fixtures }) => {
    const dask = await client({ nWorkers: 1 })
    const [multiply, double] = ['multiply', 'syncDouble'].map((name) =>
      daskflow.moduleFunction(new URL('tasks.js', fixtures), name),
    )
    const product = dask.submit(multiply as never, [6, 7])
    expect(await dask.submit(double as never, [product])).to.equal(84)
    const missing = daskflow.moduleFunction(new URL('tasks.js', fixtures), 'nobody')
    expect((await refuses(() => dask.submit(missing).result())).code).to.equal('ERR_TASK_VALIDATION')
  },
})

export const futures = [...withAnyWorker, ...withItsOwnWorker, ...withModules]
