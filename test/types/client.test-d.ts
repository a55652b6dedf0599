import { type Actor, asCompleted, Client, type Future, LocalCluster, moduleFunction, wait } from 'daskflow'
import { expectTypeOf, test } from 'vitest'

const inc = async (n: number) => n + 1
const join = (texts: readonly string[], { by }: { by: string }) => texts.join(by)
const first = (data: Float64Array, at = 0) => data[at] as number

declare const client: Client
declare const number: Future<number>
declare const text: Future<string>

interface Point {
  readonly x: number
}

test('a future is of what the function answers, async or not', () => {
  expectTypeOf(client.submit(inc, [1])).toEqualTypeOf<Future<number>>()
  expectTypeOf(client.submit(join, [['a'], { by: ',' }])).toEqualTypeOf<Future<string>>()
  expectTypeOf<Awaited<Future<number>>>().toEqualTypeOf<number>()
})

test('futures of the right type stand anywhere in the arguments', () => {
  client.submit(inc, [number])
  client.submit(join, [[text, 'b', text], { by: text }])
  client.submit(join, [client.submit(async () => ['a']), { by: ',' }])
  client.submit(first, [client.submit(() => new Float64Array(1))])
  // @ts-expect-error: of another type
  client.submit(inc, [text])
  // @ts-expect-error: of another type, deep down
  client.submit(join, [[number], { by: ',' }])
  client.submit((map: Map<string, number>) => map.size, [new Map([['a', number]])])
  // @ts-expect-error: none at all
  client.submit(inc)
  // @ts-expect-error: one too few
  client.submit(join, [[text]])
})

test('map takes an iterable for each argument, then options', () => {
  expectTypeOf(client.map(inc, [1, number])).toEqualTypeOf<Future<number>[]>()
  client.map(inc, new Set([1]), { priority: 1 })
  client.map(join, [['a'], [text]], [{ by: ',' }, { by: text }])
  // @ts-expect-error: no iterable of numbers
  client.map(inc, ['a'])
})

test('functions by name are known by the types of the worker', async () => {
  const typed = new Client<{ resize(pixels: Uint8Array, width: number): Promise<Uint8Array> }>({ worker: './worker.js' })
  expectTypeOf(typed.submit('resize', [new Uint8Array(1), number])).toEqualTypeOf<Future<Uint8Array>>()
  // @ts-expect-error: there is none
  typed.submit('crop', [new Uint8Array(1), 1])
  // @ts-expect-error: no width
  typed.submit('resize', [new Uint8Array(1), 'wide'])
  expectTypeOf(typed.start()).resolves.toEqualTypeOf<typeof typed>()
})

test('a name of an untyped client, and a module’s function, are taken', () => {
  client.submit('anything', [1, 'two'])
  expectTypeOf(client.submit<number>(moduleFunction('pkg'), [])).toEqualTypeOf<Future<number>>()
})

test('gather keeps the shape', () => {
  expectTypeOf(client.gather(number)).resolves.toEqualTypeOf<number>()
  expectTypeOf(client.gather([number, number])).resolves.toEqualTypeOf<number[]>()
  expectTypeOf(client.gather({ a: number, b: [text] })).resolves.toEqualTypeOf<{ a: number; b: string[] }>()
})

test('what scatter answers is no promise, so that it can be awaited', async () => {
  const data = await client.scatter(new Float64Array(1))
  expectTypeOf(data.result()).resolves.toEqualTypeOf<Float64Array<ArrayBuffer>>()
  client.submit(first, [data])
  const [a] = await client.scatter(['a', 'b'])
  client.submit(join, [[a as Future<string>], { by: ',' }])
  const { x } = await client.scatter({ x: 1 } as Point)
  client.submit(inc, [x])
  const one = await client.scatter(new Map([['a', 1]]))
  client.submit((map: Map<string, number>) => map.size, [one])
})

test('an actor has the methods of its class, each answering a promise', async () => {
  class Counter {
    count = 0
    constructor(start: number) {
      this.count = start
    }
    add(n: number): number {
      return n
    }
    async later(): Promise<string> {
      return ''
    }
  }
  const future = client.submit(Counter, [number], { actor: true })
  expectTypeOf(future).toEqualTypeOf<Future<Actor<Counter>>>()
  const counter = await future
  expectTypeOf(counter.add).toEqualTypeOf<(n: number) => Promise<number>>()
  expectTypeOf(counter.later()).resolves.toEqualTypeOf<string>()
  // @ts-expect-error: fields stay there
  counter.count
  client.submit((direct: Counter) => direct.add(1), [future])
  const typed = new Client<{ Counter: typeof Counter; inc: typeof inc }>()
  expectTypeOf(typed.submit('Counter', [1], { actor: true })).toEqualTypeOf<Future<Actor<Counter>>>()
  expectTypeOf(typed.submit('inc', [1])).toEqualTypeOf<Future<number>>()
  // @ts-expect-error: a class is none without `actor`
  client.submit(Counter, [1])
})

test('asCompleted and wait answer the futures that they are given', async () => {
  for await (const future of asCompleted([number])) {
    expectTypeOf(future.result()).resolves.toEqualTypeOf<number>()
    client.submit(inc, [future])
  }
  expectTypeOf((await wait([number])).done).toEqualTypeOf<Set<Future<number>>>()
  expectTypeOf((await wait([number, text])).done).toEqualTypeOf<Set<Future<number> | Future<string>>>()
})

test('create answers the class that it is called on', () => {
  expectTypeOf(Client.create({ nWorkers: 1 })).resolves.toEqualTypeOf<Client>()
  expectTypeOf(LocalCluster.create()).resolves.toEqualTypeOf<LocalCluster>()
  expectTypeOf(Client.create({} as LocalCluster)).resolves.toEqualTypeOf<Client>()
})
