import { expect } from 'chai'
import type { Future, TaskContext } from '../../src/index.js'
import { type Client, type Context, cases } from './case.js'
import { reachableWorkers } from './reachable-workers.js'
import { errorOf } from './recorder.js'

type Coded = Error & { code?: string; path?: string; workerId?: string }

// Too large to be sent with the word that it is done.
const make = async (n: number) => new Float64Array(n).fill(1)
const lengthOf = async (data: { readonly length: number }) => data.length
const whereIs = async function (this: TaskContext, ..._data: readonly unknown[]) {
  return this.workerId
}
/** Which attempt made it, and enough to be kept. */
const attemptAndData = async function (this: TaskContext) {
  return { attempt: this.attempt, data: new Float64Array(1_000) }
}
const refuses = async (make: () => unknown): Promise<Coded> => (await errorOf(make)) as Coded

async function holdersOf(dask: Client, future: Future): Promise<readonly string[]> {
  return (await dask.whoHas(future))[future.key] ?? []
}

/** Two workers that are both there, with a value on each: of so many numbers. */
export async function spread({ client }: Context, sizes: readonly [number, number]) {
  const dask = await client({ nWorkers: 2, minWorkers: 2 })
  while (Object.keys(await dask.nthreads()).length < 2) await dask.submit(lengthOf, [[]])
  const [first, second] = Object.keys(await dask.nthreads())
  const a = dask.submit(make, [sizes[0]], { workers: first as string })
  const b = dask.submit(make, [sizes[1]], { workers: second as string })
  await Promise.all([a.exception(), b.exception()])
  return { dask, a, b, workers: [first, second] as [string, string] }
}

/** A client whose workers somebody else may end. */
export async function mortal({ client, Backend }: Context, resources: object = { nWorkers: 1 }) {
  const { adapter, handles } = reachableWorkers(Backend)
  const dask = await client(resources, { adapter })
  const end = async (id: string | undefined) => {
    const gone = new Promise<void>((resolve) => {
      const stop = dask.onWorker(({ type, workerId }) => {
        if (type !== 'lost' || workerId !== id) return
        stop()
        resolve()
      })
    })
    await handles.get(id as string)?.terminate()
    await gone
  }
  return { dask, end }
}

export const data = cases('data', ['dask'], {
  'a result stays where it was made, and is used there': async (context) => {
    const { dask, b, workers } = await spread(context, [1_000, 2_000])
    expect(await holdersOf(dask, b)).to.deep.equal([workers[1]])
    expect(await dask.submit(whereIs, [b])).to.equal(workers[1])
    expect(await holdersOf(dask, b)).to.deep.equal([workers[1]])
  },
  'a task goes to where most of its input lies, and the rest comes there': async (context) => {
    const { dask, a, b, workers } = await spread(context, [50_000, 1_000])
    expect(await dask.submit(whereIs, [[b, a]])).to.equal(workers[0])
    expect(new Set(await holdersOf(dask, b))).to.deep.equal(new Set(workers))
    expect(await holdersOf(dask, a)).to.deep.equal([workers[0]])
  },
  'what came from another worker is what was there': async (context) => {
    const { dask, a, b, workers } = await spread(context, [1_000, 2_000])
    const add = async (x: Float64Array, y: Float64Array) => [x.length, y.length, (x[999] as number) + (y[1999] as number)]
    expect(await dask.submit(add, [a, b], { workers: workers[0] })).to.deep.equal([1_000, 2_000, 2])
    expect(await dask.submit(lengthOf, [a], { workers: workers[1] })).to.equal(1_000)
  },
  'a small value lies with nobody, and is everywhere': async (context) => {
    const { dask, workers } = await spread(context, [1_000, 1_000])
    const small = dask.submit(async () => ({ x: [1, 'two', null] }))
    expect(await small).to.deep.equal({ x: [1, 'two', null] })
    expect(await holdersOf(dask, small)).to.deep.equal([])
    for (const id of workers) {
      const echo = dask.submit(async (value: unknown) => value, [small], { workers: id })
      expect(await echo).to.deep.equal({ x: [1, 'two', null] })
    }
  },
  'each who asks gets a copy': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    for (const future of [dask.submit(make, [1_000]), dask.submit(async () => ({ a: 1 }))]) {
      const [first, second] = [await future, await future] as object[]
      expect(first).to.deep.equal(second)
      expect(first).to.not.equal(second)
    }
  },
  'what nobody holds is dropped there': async (context) => {
    const { dask, a, b } = await spread(context, [1_000, 1_000])
    const values = async () => Object.values((await dask.schedulerInfo()).workers).map(({ values, bytes }) => [values, bytes])
    expect((await values()).every(([n, bytes]) => n === 1 && (bytes as number) >= 8_000)).to.equal(true)
    a.release()
    b.release()
    expect(await values()).to.deep.equal([
      [0, 0],
      [0, 0],
    ])
  },
  'what a task still needs is not dropped before': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const made = dask.submit(make, [1_000])
    const length = dask.submit(lengthOf, [made])
    made.release()
    expect(await length).to.equal(1_000)
    const [worker] = Object.values((await dask.schedulerInfo()).workers)
    expect(worker?.values).to.equal(0)
  },
  'a value that is lost is computed again, when it is asked for': async (context) => {
    const { dask, end } = await mortal(context)
    const future = dask.submit(attemptAndData)
    expect((await future).attempt).to.equal(1)
    await end((await holdersOf(dask, future))[0])
    expect((await future).attempt).to.equal(2)
    expect(future.status).to.equal('finished')
  },
  'and when a task needs it, with all that it was made of': async (context) => {
    const { dask, end } = await mortal(context)
    const made = dask.submit(make, [1_000])
    const doubled = dask.submit(async (x: Float64Array) => x.map((n) => n * 2), [made])
    made.release()
    await doubled.exception()
    await end((await holdersOf(dask, doubled))[0])
    expect(await dask.submit(async (x: Float64Array) => x.reduce((sum, n) => sum + n, 0), [doubled])).to.equal(2_000)
  },
  'one that throws when it is computed again rejects with that, and so does what needs it': async (context) => {
    const { dask, end } = await mortal(context)
    const once = dask.submit(async function (this: TaskContext) {
      if (this.attempt > 1) throw new RangeError('only once')
      return new Float64Array(1_000)
    })
    await once.exception()
    await end((await holdersOf(dask, once))[0])
    const behind = dask.submit(lengthOf, [once])
    expect((await refuses(() => once.result())).message).to.equal('only once')
    expect((await refuses(() => behind.result())).message).to.equal('only once')
    expect(once.status).to.equal('error')
  },
  'one that is made of what is not here any more is lost, and not made of nothing': async (context) => {
    const { dask, end } = await mortal(context)
    const given = new Uint8Array(4_000)
    const moved = context.daskflow.transfer(given, [given.buffer])
    const made = dask.submit(async (bytes: Uint8Array) => new Float64Array(bytes.length), [moved])
    const scattered = await dask.scatter(new Float64Array(1_000))
    const behind = dask.submit(
      async (a: Float64Array, b: Float64Array) => new Float64Array(a.length + b.length),
      [made, scattered],
    )
    await behind.exception()
    made.release()
    scattered.release()
    await end((await holdersOf(dask, behind))[0])
    for (const ask of [() => behind.result(), () => dask.submit(lengthOf, [behind]).result()]) {
      expect((await refuses(ask)).code).to.equal('ERR_WORKER_LOST')
    }
  },
  'what is released while it is computed again can be computed again all the same': async (context) => {
    const { dask, end } = await mortal(context)
    const source = dask.submit(make, [1_000])
    const add = async (data: Float64Array, n: number) => data.map((x) => x + n)
    const [one, two] = [1, 2].map((n) => dask.submit(add, [source, n])) as [Future<Float64Array>, Future<Float64Array>]
    await Promise.all([one.exception(), two.exception()])
    source.release()
    await end((await holdersOf(dask, one))[0])
    const behind = dask.submit(lengthOf, [two])
    behind.release()
    two.release()
    expect((await one)[0]).to.equal(2)
  },
  'a task whose worker is lost once too often is taken for the cause': async (context) => {
    const { dask, end } = await mortal(context, { nWorkers: 1, allowedFailures: 0 })
    const future = dask.submit(async function (this: TaskContext) {
      this.report(this.workerId)
      return new Promise<never>(() => {})
    })
    const id = await new Promise<string>((resolve) => future.onProgress(resolve as never))
    await end(id)
    const error = (await future.exception()) as Coded
    expect(error).to.be.instanceOf(context.daskflow.WorkerLostError)
    expect([error.code, error.workerId]).to.deep.equal(['ERR_KILLED_WORKER', id])
  },
  'scatter puts items on workers, and answers futures in their shape': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const [a, b] = await dask.scatter([1, new Float64Array(1_000)])
    const { x } = await dask.scatter({ x: 'text' })
    const one = await dask.scatter(new Float64Array(2_000))
    expect([a, b, x, one].map((future) => future?.status)).to.deep.equal(Array(4).fill('finished'))
    expect(
      await dask.submit(async (...all: readonly unknown[]) => all.map((each) => (each as []).length ?? each), [a, b, x, one]),
    ).to.deep.equal([1, 1_000, 4, 2_000])
    expect((await one.result()).length).to.equal(2_000)
  },
  'with broadcast, all workers that are there have it': async (context) => {
    const { dask, workers } = await spread(context, [1_000, 1_000])
    const everywhere = await dask.scatter(new Float64Array(1_000), { broadcast: true })
    expect(new Set(await holdersOf(dask, everywhere))).to.deep.equal(new Set(workers))
  },
  'what is scattered may be moved': async ({ client, daskflow }) => {
    const dask = await client({ nWorkers: 1 })
    const bytes = new Uint8Array(5_000).fill(7)
    const future = await dask.scatter(daskflow.transfer(bytes, [bytes.buffer]))
    expect(bytes.byteLength).to.equal(0)
    expect(await dask.submit(async (moved: Uint8Array) => [moved.length, moved[4_999]], [future])).to.deep.equal([5_000, 7])
  },
  'scattered data that is lost is lost for good, and for what needs it': async (context) => {
    const { dask, end } = await mortal(context)
    const future = await dask.scatter(new Float64Array(1_000))
    await end((await holdersOf(dask, future))[0])
    expect(future.status).to.equal('lost')
    const error = (await dask.submit(lengthOf, [future]).exception()) as Coded
    expect(error).to.be.instanceOf(context.daskflow.WorkerLostError)
    expect(error.code).to.equal('ERR_WORKER_LOST')
    expect(await refuses(() => future.result())).to.equal(error)
    expect((await refuses(() => future.retry())).code).to.equal('ERR_TASK_VALIDATION')
  },
  'what is moved goes to one worker alone': async ({ client, daskflow }) => {
    const dask = await client({ nWorkers: 1 })
    const bytes = new Uint8Array(5_000)
    const error = await refuses(() => dask.scatter(daskflow.transfer(bytes, [bytes.buffer]), { broadcast: true }))
    expect([error.code, bytes.length]).to.deep.equal(['ERR_TASK_VALIDATION', 5_000])
  },
  'what cannot be cloned is not scattered, and named': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const error = await refuses(() => dask.scatter(new Map([['f', () => 1]])))
    expect([error.code, error.path]).to.deep.equal(['ERR_TASK_VALIDATION', 'data.get("f")'])
  },
  'a result that cannot be cloned is of use where it lies': async ({ client }) => {
    const dask = await client({ nWorkers: 1 })
    const machine = dask.submit(async () => ({ double: (n: number) => n * 2 }))
    expect(await dask.submit(async ({ double }: { double(n: number): number }) => double(21), [machine])).to.equal(42)
    const error = await refuses(() => machine.result())
    expect([error.code, error.path]).to.deep.equal(['ERR_TASK_VALIDATION', 'result.double'])
  },
  'and fails what would need it elsewhere': async (context) => {
    const { dask, workers } = await spread(context, [1_000, 1_000])
    const machine = dask.submit(async () => () => 1, [], { workers: workers[0] })
    await machine.exception()
    const error = (await dask.submit(whereIs, [machine], { workers: workers[1] }).exception()) as Coded
    expect([error.code, error.path]).to.deep.equal(['ERR_TASK_VALIDATION', 'result'])
    expect(await dask.submit(whereIs, [machine])).to.equal(workers[0])
  },
  'workers that are replaced lose nothing': async ({ client }) => {
    const dask = await client({ nWorkers: 2, maxTasksPerWorker: 2 })
    const values = dask.map(make, [1_000, 2_000, 3_000, 4_000])
    const scattered = await dask.scatter(new Float64Array(500))
    const lengths = dask.map(lengthOf, [...values, scattered])
    expect(await dask.gather(lengths)).to.deep.equal([1_000, 2_000, 3_000, 4_000, 500])
    const total = dask.submit(
      async (all: readonly Float64Array[]) => all.reduce((n, { length }) => n + length, 0),
      [[...values, scattered]],
    )
    expect(await total).to.equal(10_500)
  },
  'a tree of many leaves': async ({ client }) => {
    const dask = await client({ nWorkers: 2 })
    let level: Future<number>[] = dask.map(
      async (n: number) => n,
      Array.from({ length: 500 }, (_, i) => i),
    )
    while (level.length > 1) {
      const groups = Array.from({ length: Math.ceil(level.length / 8) }, (_, i) => level.slice(8 * i, 8 * i + 8))
      level = dask.map(async (group: readonly number[]) => group.reduce((sum, n) => sum + n, 0), groups)
    }
    expect(await level[0]).to.equal((499 * 500) / 2)
  },
  'a shuffle, and a worker that is lost in the middle': async (context) => {
    const { dask, end } = await mortal(context, { nWorkers: 2 })
    const [parts, size] = [6, 1_200]
    const split = async (seed: number, count: number, length: number) =>
      Array.from({ length: count }, (_, to) => new Float64Array(length / count).fill(seed * 100 + to))
    const pick = async (pieces: readonly Float64Array[], to: number) => pieces[to]
    const join = async (pieces: readonly Float64Array[]) => pieces.map((piece) => [piece.length, piece[0]])
    const seeds = Array.from({ length: parts }, (_, i) => i)
    const sources = seeds.map((seed) => dask.submit(split, [seed, parts, size]))
    await Promise.all(sources.map((source) => source.exception()))
    const pieces = seeds.map((to) => sources.map((source) => dask.submit(pick, [source, to])))
    await end((await holdersOf(dask, sources[0] as Future))[0])
    const joined = await dask.gather(pieces.map((of) => dask.submit(join as never, [of]) as Future))
    expect(joined).to.deep.equal(seeds.map((to) => seeds.map((seed) => [size / parts, seed * 100 + to])))
  },
})
