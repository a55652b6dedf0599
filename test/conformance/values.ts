import { expect } from 'chai'
import type { ResultRef, TaskContext } from '../../src/index.js'
import { type Case, type Context, cases, type TaskRecord } from './case.js'
import { exceptionOf, Recorder, runOne, runTasks } from './recorder.js'

// What these cases need of the platform's own types, whose names differ from project to project.
interface BlobLike {
  readonly type: string
  readonly size: number
  text(): Promise<string>
}

interface FileLike extends BlobLike {
  readonly name: string
  readonly lastModified: number
}

interface WasmLike {
  readonly Module: new (bytes: Uint8Array) => object
  instantiate(module: object): Promise<{ readonly exports: Readonly<Record<string, (...args: number[]) => number>> }>
}

interface PortLike {
  onmessage: ((event: { readonly data: unknown }) => void) | null
  postMessage(message: unknown): void
  close(): void
}

const echo = async (value: unknown) => value

const cyclic: Record<string, unknown> = { name: 'loop' }
cyclic.self = cyclic

const VALUES: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  'a number': -0.5,
  NaN: Number.NaN,
  'a bigint': 2n ** 70n,
  'a string': 'naïve 🐍',
  'an empty array': [],
  'a sparse array': Object.assign(new Array(3), { 0: 1, 2: 3 }),
  'a record with undefined in it': { a: undefined, b: [null, { c: 1n }] },
  'a record with the key __proto__': JSON.parse('{"__proto__": {"polluted": true}, "a": 1}'),
  'a cyclic record': cyclic,
  'a Map of Sets': new Map([['a', new Set([1, 2])]]),
  'a Date': new Date(0),
  'a RegExp': /a+/gi,
  'a typed array': new Float64Array([1, 2, 3]),
  'a typed array of bigints': new BigUint64Array([2n ** 64n - 1n]),
  'a view into a larger buffer': new Uint8Array([1, 2, 3, 4]).subarray(1, 3),
  'a DataView': new DataView(new Uint8Array([1, 2, 3]).buffer, 1),
  'an Error': new Error('as an argument'),
  'boxed primitives': [Object(1), Object('text'), Object(true), Object(1n)],
  'a Map with objects as keys': new Map([[{ a: 1 }, new Date(5)]]),
  'a record without a prototype': Object.assign(Object.create(null), { a: 1 }),
  'an ArrayBuffer': new Uint8Array([1, 2, 3]).buffer,
  'a large array': Array.from({ length: 1000 }, (_, i) => ({ i })),
}

const roundTrips: readonly Case[] = Object.entries(VALUES).map(([what, value]) => ({
  name: `values: ${what} comes back equal`,
  run: async ({ start }) => {
    const backend = await start()
    const task = await runOne(backend, echo, value)
    expect(task.state).to.equal('DONE')
    expect(task.returnValue).to.deep.equal(value)
  },
}))

const UNCLONABLE: readonly [what: string, arg: unknown, path: string][] = [
  ['a function', () => 1, 'args[0]'],
  ['a function in a record', { onDone() {} }, 'args[0].onDone'],
  ['a symbol in an array', [1, [Symbol('s')]], 'args[0][1][0]'],
  ['a function under an odd key', { 'a b': () => 1 }, 'args[0]["a b"]'],
  ['a function in a Map', new Map([['key', () => 1]]), 'args[0].get("key")'],
  ['a promise in a record', { value: Promise.resolve() }, 'args[0].value'],
  [
    'a getter that throws',
    {
      get broken(): number {
        throw new Error('no')
      },
    },
    'args[0].broken',
  ],
]

const refused: readonly Case[] = UNCLONABLE.map(([what, arg, path]) => ({
  name: `values: ${what} fails its task alone, names its path, and there is no RUNNING`,
  needs: ['dask'],
  run: async ({ start, daskflow }) => {
    const backend = await start({ nWorkers: 1 })
    const tasks: TaskRecord[] = [
      { uid: 'before', function: echo, args: [1] },
      { uid: 'bad', function: echo, args: [arg] },
      { uid: 'after', function: echo, args: [3] },
    ]
    const recorder = await runTasks(backend, tasks)
    expect(recorder.statesOf('bad')).to.deep.equal(['FAILED'])
    const error = exceptionOf<Error & { path?: string; uid?: string }>(tasks[1] as TaskRecord)
    expect(error).to.be.instanceOf(daskflow.TaskValidationError)
    expect(error.path).to.equal(path)
    expect(error.message).to.contain(path)
    expect(error.uid).to.equal('bad')
    expect(tasks.map((task) => task.returnValue)).to.deep.equal([1, undefined, 3])
  },
}))

const deep = cases('values', ['dask', 'deepValues'], {
  'a value that is nested too deep to be cloned fails its task': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    let deep: unknown = null
    for (let i = 0; i < 20_000; i++) deep = { deep }
    const error = exceptionOf(await runOne(backend, echo, deep))
    expect(error.code).to.equal('ERR_TASK_VALIDATION')
    expect((await runOne(backend, echo, 1)).returnValue).to.equal(1)
  },
  'a result that is nested too deep to be read fails its task, and its worker goes on': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const lost: string[] = []
    backend.onWorker(({ type, workerId }) => type === 'lost' && lost.push(workerId))
    const nest = async (n: number) => {
      let deep: unknown = null
      for (let i = 0; i < n; i++) deep = { deep }
      return deep
    }
    for (const n of [3_000, 100_000]) {
      const error = exceptionOf<Error & { code?: string; path?: string }>(await runOne(backend, nest, n))
      expect(error).to.include({ code: 'ERR_TASK_VALIDATION', path: 'result' })
    }
    expect((await runOne(backend, echo, 1)).returnValue).to.equal(1)
    expect(lost).to.deep.equal([])
  },
  'what is nested too deep to be read is charged to its own task, whatever it is': async ({ start }) => {
    for (const threadsPerWorker of [1, 3]) {
      const backend = await start({ nWorkers: 1, threadsPerWorker })
      const fn = async function (this: TaskContext, what: string) {
        let deep: unknown = null
        if (what !== 'plain') for (let i = 0; i < 4_000; i++) deep = { deep }
        if (what === 'progress') this.report(deep)
        if (what === 'log') this.log(deep)
        if (what === 'throw') throw Object.assign(new Error('thrown'), { deep })
        return what === 'result' ? deep : what
      }
      await runOne(backend, fn, 'plain')
      const kinds = ['plain', 'throw', 'plain', 'result', 'plain', 'progress', 'log', 'plain']
      const tasks: TaskRecord[] = kinds.map((kind, i) => ({ uid: `${i}`, function: fn, args: [kind] }))
      await runTasks(backend, tasks)
      for (const [i, { state }] of tasks.entries()) {
        const kind = kinds[i] as string
        // Where the worker has no more stack than this side, report() itself throws.
        const ends = { throw: ['FAILED'], result: ['FAILED'], progress: ['DONE', 'FAILED'] }[kind] ?? ['DONE']
        expect(ends, kind).to.include(state)
      }
    }
  },
})

const odd = cases('values', ['dask'], {
  'arguments that iterate in a way of their own do not shift their neighbours': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    await runOne(backend, echo, 0)
    const args = Object.assign(['own'], { *[Symbol.iterator]() {} })
    const tasks: TaskRecord[] = [['before'], args, ['after']].map((given, i) => ({ uid: `${i}`, function: echo, args: given }))
    await runTasks(backend, tasks)
    expect(tasks.map(({ returnValue }) => returnValue)).to.deep.equal(['before', 'own', 'after'])
  },
})

const shared = cases('values', ['dask', 'sharedMemory'], {
  'a SharedArrayBuffer is shared': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const numbers = new Int32Array(new SharedArrayBuffer(4))
    await runOne(backend, async (same: Int32Array) => void Atomics.store(same, 0, 7), numbers)
    expect(Atomics.load(numbers, 0)).to.equal(7)
  },
})

const files = cases('values', ['dask', 'files'], {
  'a File keeps its name and its time': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const FileClass = (globalThis as unknown as { File: new (parts: string[], name: string, options: object) => FileLike }).File
    const given = new FileClass(['hello'], 'hello.txt', { type: 'text/plain', lastModified: 5 })
    const read = async (file: FileLike) => [file.name, file.lastModified, await file.text(), file] as const
    const [name, time, text, back] = (await runOne(backend, read, given)).returnValue as [string, number, string, FileLike]
    expect([name, time, text, back.name]).to.deep.equal(['hello.txt', 5, 'hello', 'hello.txt'])
  },
})

const blobs = cases('values', ['dask', 'blobs'], {
  'a Blob keeps its type and its bytes': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const read = async (blob: BlobLike) => [blob.type, await blob.text(), blob] as const
    const given = new Blob(['hello'], { type: 'application/x-greeting' })
    const [type, text, back] = (await runOne(backend, read, given)).returnValue as [string, string, BlobLike]
    expect([type, text, back.size, await back.text()]).to.deep.equal(['application/x-greeting', 'hello', 5, 'hello'])
  },
})

const webAssembly = cases('values', ['dask', 'webAssembly'], {
  'a WebAssembly.Module runs there': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    // (module (func (export "f") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
    const bytes = new Uint8Array([
      0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32,
      1, 106, 11,
    ])
    const add = async (module: object, a: number, b: number) => {
      const { WebAssembly } = globalThis as unknown as { WebAssembly: WasmLike }
      return (await WebAssembly.instantiate(module)).exports.f?.(a, b)
    }
    const { WebAssembly } = globalThis as unknown as { WebAssembly: WasmLike }
    expect((await runOne(backend, add, new WebAssembly.Module(bytes), 40, 2)).returnValue).to.equal(42)
  },
})

// biome-ignore-start lint/suspicious/noThenProperty: that is what these are about
const thenables = cases('values', ['dask'], {
  'a result that has a then is awaited, as by everybody': async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const resolves = async () => ({ then: (resolve: (value: unknown) => void) => resolve('unwrapped') }) as unknown
    expect((await runOne(backend, resolves)).returnValue).to.equal('unwrapped')
    const throws = async () =>
      ({
        then() {
          throw new RangeError('hostile then')
        },
      }) as unknown
    expect(exceptionOf(await runOne(backend, throws)).message).to.equal('hostile then')
    const both = async () =>
      ({
        then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
          resolve('first')
          reject(new Error('second'))
          throw new Error('third')
        },
      }) as unknown
    expect((await runOne(backend, both)).returnValue).to.equal('first')
    const broken = async () =>
      Object.defineProperty({}, 'then', {
        get() {
          throw new RangeError('hostile getter')
        },
      })
    expect(exceptionOf(await runOne(backend, broken)).message).to.equal('hostile getter')
    expect((await runOne(backend, async () => ({ then: 5 }))).returnValue).to.deep.equal({ then: 5 })
  },
  'a result whose then never calls back is cancelled like any other': async ({ start }) => {
    const backend = await start({ nWorkers: 1, cancelGrace: 10 })
    const recorder = new Recorder(backend)
    await backend.submitTasks([{ uid: 'task', function: async () => ({ then() {} }) as unknown }])
    await recorder.reached('task', 'RUNNING')
    expect(await backend.cancelTask('task')).to.equal(true)
    expect((await runOne(backend, echo, 1)).returnValue).to.equal(1)
  },
})
// biome-ignore-end lint/suspicious/noThenProperty: that is what these are about

export const values = [
  ...roundTrips,
  ...files,
  ...blobs,
  ...webAssembly,
  ...shared,
  ...deep,
  ...odd,
  ...thenables,
  ...refused,
  ...cases('values', ['dask'], {
    'mutating an argument in the task is invisible to the caller, whatever it is': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const mutate = async (record: { list: number[] }, map: Map<string, number>, bytes: Uint8Array, date: Date) => {
        record.list.push(4)
        map.set('new', 1)
        bytes.fill(9)
        date.setTime(9)
        return [record.list.length, map.size, bytes[0], date.getTime()]
      }
      const args = [{ list: [1, 2, 3] }, new Map(), new Uint8Array(2), new Date(0)] as const
      expect((await runOne(backend, mutate, ...args)).returnValue).to.deep.equal([4, 1, 9, 9])
      expect(args).to.deep.equal([{ list: [1, 2, 3] }, new Map(), new Uint8Array(2), new Date(0)])
    },
    'kwargs are copied too': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const kwargs = { options: { depth: 1 } }
      const deepen = async ({ options }: typeof kwargs) => ++options.depth
      const task: TaskRecord = { uid: 'task', function: deepen, kwargs }
      await runTasks(backend, [task])
      expect([task.returnValue, kwargs.options.depth]).to.deep.equal([2, 1])
    },
    'a Proxy around something large fails its task alone': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const proxy = new Proxy(new Map(), {})
      expect(exceptionOf(await runOne(backend, echo, proxy)).code).to.equal('ERR_TASK_VALIDATION')
      expect((await runOne(backend, echo, 1)).returnValue).to.equal(1)
    },
    'a Proxy that throws at every touch fails its task alone': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const trap = () => {
        throw new Error('hostile')
      }
      const proxy = new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap, has: trap })
      expect(exceptionOf(await runOne(backend, echo, { deep: [proxy] })).code).to.equal('ERR_TASK_VALIDATION')
      expect((await runOne(backend, echo, 1)).returnValue).to.equal(1)
    },
    'what is thrown may be hostile': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        const trap = () => {
          throw new Error('hostile')
        }
        throw new Proxy(new Error('x'), { get: trap, ownKeys: trap, getPrototypeOf: trap, has: trap })
      }
      expect((await runOne(backend, fn)).state).to.equal('FAILED')
      expect((await runOne(backend, echo, 1)).returnValue).to.equal(1)
    },
    'a result that cannot be cloned fails and names its path': async ({ start, daskflow }) => {
      const backend = await start({ nWorkers: 1 })
      const error = exceptionOf<Error & { path?: string }>(await runOne(backend, async () => ({ rows: [{ format: () => 1 }] })))
      expect(error).to.be.instanceOf(daskflow.TaskValidationError)
      expect(error.path).to.equal('result.rows[0].format')
    },
    'a task sees its own copy of an object that others were given too': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const shared = { n: 0 }
      const bump = async (counter: { n: number }) => ++counter.n
      const tasks = Array.from({ length: 10 }, (_, i) => ({ uid: `task.${i}`, function: bump, args: [shared] }) as TaskRecord)
      // The first teaches the scheduler that they are short, so that the others share a message.
      await runOne(backend, bump, shared)
      await runTasks(backend, tasks)
      expect(tasks.map((task) => task.returnValue)).to.deep.equal(tasks.map(() => 1))
      expect(shared.n).to.equal(0)
    },
    'an object given twice to one task is one object there': ({ start }) =>
      seeSame(start, [{ n: 1 }, [1], new Map(), new Uint8Array(1)]),
    'a result does not change when its worker goes on using it': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const count = async () => {
        const realm = globalThis as { total?: { n: number } }
        realm.total ??= { n: 0 }
        realm.total.n++
        return realm.total
      }
      const tasks = Array.from({ length: 20 }, (_, i) => ({ uid: `task.${i}`, function: count }) as TaskRecord)
      const first = (await runOne(backend, count)).returnValue as { n: number }
      await runTasks(backend, tasks)
      expect(tasks.map((task) => (task.returnValue as { n: number }).n - first.n)).to.deep.equal(tasks.map((_, i) => i + 1))
    },
  }),
  ...cases('values', ['dask', 'sameObjects'], {
    'an object given twice to one task is one object there, whatever it is': ({ start }) =>
      seeSame(start, [new Date(), /a/, new Error('given')]),
  }),
]

async function seeSame(start: Context['start'], objects: readonly object[]) {
  const backend = await start({ nWorkers: 1 })
  const same = async (a: object, b: { inner: object }) => a === b.inner
  for (const object of objects) expect((await runOne(backend, same, object, { inner: object })).returnValue).to.equal(true)
}

export const transfers = [
  ...cases('transfer', ['dask'], {
    'a marked argument is moved, not copied': async ({ start, daskflow }) => {
      const backend = await start({ nWorkers: 1 })
      const data = new Uint8Array([1, 2, 3])
      const task = await runOne(
        backend,
        async (bytes: Uint8Array) => bytes.reduce((a, b) => a + b),
        daskflow.transfer(data, [data.buffer]),
      )
      expect(task.returnValue).to.equal(6)
      expect(data.byteLength).to.equal(0)
    },
    'the option transfer moves what it lists': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const data = new Uint8Array([1, 2, 3])
      const task: TaskRecord = {
        uid: 'task',
        function: async (bytes: { data: Uint8Array }) => bytes.data.length,
        args: [{ data }],
        taskBackendSpecificKwargs: { transfer: [data.buffer] },
      }
      await runTasks(backend, [task])
      expect(task.returnValue).to.equal(3)
      expect(data.byteLength).to.equal(0)
    },
    'a buffer that was moved away already fails its task': async ({ start, daskflow: { transfer } }) => {
      const backend = await start({ nWorkers: 1 })
      const data = new Uint8Array([1, 2, 3])
      const length = async (bytes: Uint8Array) => bytes.length
      await runOne(backend, length, transfer(data, [data.buffer]))
      const error = exceptionOf(await runOne(backend, length, transfer(data, [data.buffer])))
      expect(error.code).to.equal('ERR_TASK_VALIDATION')
    },
    'something that cannot be moved fails its task': async ({ start, daskflow: { transfer } }) => {
      const backend = await start({ nWorkers: 1 })
      const error = exceptionOf(await runOne(backend, async () => 1, transfer({ a: 1 }, [{}])))
      expect(error.code).to.equal('ERR_TASK_VALIDATION')
    },
  }),
  ...cases('transfer', ['dask', 'messagePorts'], {
    'a closed MessagePort fails its task and not the process, wherever it is': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const logged: unknown[] = []
      backend.onLog((_, { args }) => logged.push(args[0]))
      const fn = async function (this: TaskContext, how: string) {
        const { port1 } = new MessageChannel()
        port1.close()
        await new Promise<void>((resolve) => setTimeout(resolve, 5))
        if (how === 'log') this.log({ deep: [port1] })
        if (how === 'progress') this.report(new Map([['port', port1]]))
        if (how === 'throw') throw Object.assign(new Error('thrown'), { port1 })
        return how === 'result' ? { deep: [port1] } : 'fine'
      }
      const codes: unknown[] = []
      for (const how of ['log', 'progress', 'throw', 'result']) {
        const task = await runOne(backend, fn, how)
        codes.push(task.state === 'DONE' ? task.returnValue : (task.exception as { code?: unknown }).code)
      }
      expect(codes).to.deep.equal(['fine', 'ERR_TASK_VALIDATION', undefined, 'ERR_TASK_VALIDATION'])
      // A text stands for it.
      expect((logged[0] as { deep: unknown[] }).deep[0]).to.be.a('string')
      const { port1 } = new MessageChannel()
      port1.close()
      await runOne(backend, async () => new Promise<void>((resolve) => setTimeout(resolve, 5)))
      const error = exceptionOf<Error & { path?: unknown }>(await runOne(backend, echo, 1, { deep: [port1] }))
      expect(error.path).to.equal('args[1].deep[0]')
    },
    'a MessagePort is moved, and speaks': async ({ start, daskflow: { transfer } }) => {
      const backend = await start({ nWorkers: 1 })
      const { port1, port2 } = new MessageChannel()
      const answer = async (port: PortLike) => {
        await new Promise<void>((resolve) => {
          port.onmessage = ({ data }) => {
            port.postMessage(`${data}, world`)
            resolve()
          }
        })
        port.close()
      }
      const heard = new Promise((resolve) => {
        ;(port1 as unknown as PortLike).onmessage = ({ data }) => resolve(data)
      })
      port1.postMessage('hello')
      await runOne(backend, answer, transfer(port2, [port2]))
      expect(await heard).to.equal('hello, world')
      port1.close()
    },
  }),
  ...cases('transfer', ['dask', 'source'], {
    'a result that was moved away already fails its task': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        const bytes = new Uint8Array(8)
        structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
        return transfer(bytes, [bytes.buffer])
      }
      const error = exceptionOf(await runOne(backend, fn))
      expect(error.code).to.equal('ERR_TASK_VALIDATION')
      expect(error.message).to.contain('result')
    },
    'a marked result is moved where a copy is kept': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const task: TaskRecord = {
        uid: 'made',
        async function() {
          const bytes = new Uint8Array(5_000).fill(2)
          const g = globalThis as { moved?: Uint8Array }
          g.moved = bytes
          return transfer(bytes, [bytes.buffer])
        },
        taskBackendSpecificKwargs: { keepResult: 'copied' },
      }
      await runTasks(backend, [task])
      expect(await (task.returnValue as ResultRef<Uint8Array>).result()).to.deep.equal(new Uint8Array(5_000).fill(2))
      const left = await runOne(backend, async () => (globalThis as { moved?: Uint8Array }).moved?.byteLength)
      expect(left.returnValue).to.equal(0)
    },
    'a marked result is moved out of the worker': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      // In a shipped function, `transfer` is in scope by that name.
      const source = async () => {
        const realm = globalThis as { kept?: Uint8Array }
        realm.kept = new Uint8Array([1, 2, 3])
        return transfer(realm.kept, [realm.kept.buffer])
      }
      const left = async () => (globalThis as { kept?: Uint8Array }).kept?.byteLength
      expect((await runOne(backend, source)).returnValue).to.deep.equal(new Uint8Array([1, 2, 3]))
      expect((await runOne(backend, left)).returnValue).to.equal(0)
    },
    'a mark inside an argument or a result fails the task and names it': async ({ start, daskflow }) => {
      const backend = await start({ nWorkers: 1 })
      const bytes = new Uint8Array(1)
      const inside = exceptionOf<Error & { path?: string }>(
        await runOne(backend, async () => 1, { image: daskflow.transfer(bytes, []) }),
      )
      expect(inside.path).to.equal('args[0].image')
      const fn = async () => ({ image: transfer(new Uint8Array(1), []) })
      expect(exceptionOf<Error & { path?: string }>(await runOne(backend, fn)).path).to.equal('result.image')
    },
  }),
]

declare function transfer<T>(value: T, objects: readonly unknown[]): T
