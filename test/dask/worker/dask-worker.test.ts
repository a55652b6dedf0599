import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Cluster, TaskSink, TaskSpec } from '../../../src/core/cluster.js'
import { writePickle } from '../../../src/dask/protocol/pickle-writer.js'
import { EncodedFunctions } from '../../../src/dask/remote/encoded-functions.js'
import { encodeCall } from '../../../src/dask/task-call.js'
import { BaseDaskWorker, type DaskWorkerParts } from '../../../src/dask/worker/dask-worker.js'
import { FakeScheduler } from '../../fakes/dask-scheduler.js'
import { MemoryNetwork } from '../../fakes/memory-network.js'

/** Threads that say what they are given. */
class FakeThreads implements Cluster {
  readonly connected = true
  readonly given: TaskSpec[] = []
  readonly canceled: unknown[] = []
  closed = 0
  sink: TaskSink | undefined

  async start(): Promise<void> {}

  submitBatch(specs: readonly TaskSpec[], sink: TaskSink) {
    this.sink = sink
    this.given.push(...specs)
    return { handles: specs }
  }

  async cancel(handles: Iterable<{ readonly uid: string }>): Promise<number> {
    this.canceled.push(...[...handles].map(({ uid }) => uid))
    return 0
  }

  async call(): Promise<unknown> {
    return undefined
  }

  release(): void {}

  onWorker = () => () => {}
  onLog = () => () => {}

  async close(): Promise<void> {
    this.closed++
  }
}

class Worker extends BaseDaskWorker {
  static async create(parts: DaskWorkerParts): Promise<Worker> {
    return new Worker(parts, await BaseDaskWorker.join(parts))
  }
}

let network: MemoryNetwork
let scheduler: FakeScheduler
let threads: FakeThreads
let memory: number
const warnings: string[] = []

beforeEach(async () => {
  // Everything but what the test's own machinery runs on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  network = new MemoryNetwork()
  scheduler = await FakeScheduler.start(network)
  threads = new FakeThreads()
  memory = 1
  warnings.length = 0
})
afterEach(() => {
  vi.useRealTimers()
})

const partsWith = (more: Partial<DaskWorkerParts> = {}): DaskWorkerParts => ({
  address: 'tcp://scheduler:8786',
  listen: { host: 'here', port: 0 },
  name: 'js-0',
  nthreads: 2,
  memoryLimit: 1_000,
  timeout: 30_000,
  connector: network,
  cluster: threads,
  usage: { memory: () => memory, cpu: () => 0 },
  logger: { warn: (text) => warnings.push(String(text)), error: () => {} },
  pid: 1,
  ...more,
})

const functions = new EncodedFunctions()
/** A task of JavaScript's, as a scheduler hands it out. */
function taskOf(key: string) {
  const { args } = encodeCall(
    functions.of(async () => 1),
    { uid: key, name: key, args: [], inputs: [] },
    [],
  )
  return { op: 'compute-task', key, priority: [0], who_has: {}, nbytes: {}, run_spec: writePickle(args) }
}
const taskOfPython = (key: string) => ({ ...taskOf(key), run_spec: writePickle(['math.sqrt', 2]) })

/** Lets timers of so many milliseconds be over, and all that follows. */
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('a worker rests', () => {
  test('while its process holds too much, and starts nothing', async () => {
    await Worker.create(partsWith())
    memory = 801
    await after(200)
    await scheduler.heard('worker-status-change', { status: 'paused' })
    scheduler.tell(taskOf('a'))
    await after(1_000)
    expect(threads.given).toEqual([])
    memory = 800
    await after(200)
    await scheduler.heard('worker-status-change', { status: 'running' })
    expect(threads.given.map(({ uid }) => uid)).toEqual(['a'])
    expect(warnings).toEqual([expect.stringMatching(/'js-0' takes 80 % of its/), expect.stringMatching(/starts tasks again/)])
  })

  test('after tasks of Python, which it hands back, and runs its own meanwhile', async () => {
    await Worker.create(partsWith())
    scheduler.tell(taskOfPython('p'), taskOf('a'), taskOfPython('q'))
    for (const key of 'pq') await scheduler.heard('reschedule', { key })
    expect(threads.given.map(({ uid }) => uid)).toEqual(['a'])
    await after(100)
    const changes = scheduler.said.filter(({ op }) => op === 'worker-status-change').map(({ status }) => status)
    expect(changes).toEqual(['paused', 'running'])
    // The next time twice as long, however many it was given.
    scheduler.tell(taskOfPython('r'))
    await scheduler.heard('reschedule', { key: 'r' })
    await after(199)
    expect(scheduler.said.at(-1)).toMatchObject({ status: 'paused' })
    await after(1)
    expect(scheduler.said.at(-1)).toMatchObject({ status: 'running' })
  })

  test('for as long as there is a reason', async () => {
    await Worker.create(partsWith())
    const changes = () => scheduler.said.filter(({ op }) => op === 'worker-status-change').map(({ status }) => status)
    memory = 900
    await after(150)
    scheduler.tell(taskOfPython('p'))
    await scheduler.heard('reschedule')
    await after(10_000)
    expect(changes()).toEqual(['paused'])
    memory = 1
    await after(200)
    expect(changes()).toEqual(['paused', 'running'])
  })
})

describe('a worker whose scheduler is lost', () => {
  test('joins the next as another, by the same name, with nothing of before', async () => {
    const worker = await Worker.create(partsWith())
    scheduler.tell(taskOf('a'))
    await vi.waitFor(() => expect(threads.given.length).toBe(1))
    await scheduler.end()
    await vi.waitFor(() => expect(threads.canceled).toEqual(['a']))
    await after(1_000)
    const next = await FakeScheduler.start(network)
    await after(20_000)
    const [first, second] = [scheduler.registered[0], next.registered[0]]
    expect([first?.name, second?.name, worker.address]).toEqual(['js-0', 'js-0', second?.address])
    expect(second?.server_id).not.toBe(first?.server_id)
    // What ends now is of before.
    threads.sink?.done(threads.given[0] as never, 1)
    next.tell(taskOf('b'))
    await vi.waitFor(() => expect(threads.given.map(({ uid }) => uid)).toEqual(['a', 'b']))
    threads.sink?.done(threads.given[1] as never, 1)
    await next.heard('task-finished', { key: 'b' })
    expect(next.said.filter(({ op }) => op === 'task-finished')).toEqual([])
    expect([threads.closed, warnings.length]).toEqual([0, 3])
  })

  test('tries again while its name is still that of the one before', async () => {
    await Worker.create(partsWith())
    await scheduler.end()
    const next = await FakeScheduler.start(network)
    next.refusal = 'name taken, js-0'
    await after(20_000)
    expect(next.registered.length).toBe(1)
    expect(warnings.some((text) => /name taken, js-0/.test(text))).toBe(true)
  })

  test('ends when it was told to', async () => {
    const worker = await Worker.create(partsWith())
    await scheduler.end()
    await after(3_000)
    await worker.retire()
    expect([await worker.closed, threads.closed]).toEqual([undefined, 1])
  })

  test('ends with the reason when it has waited for long enough', async () => {
    const worker = await Worker.create(partsWith({ deathTimeout: 50 }))
    await scheduler.end()
    const end = await worker.closed
    expect([(end as { code?: unknown }).code, threads.closed]).toEqual(['ERR_COMM_CLOSED', 1])
  })
})

test('a worker whose heartbeat fails is still one of the cluster', async () => {
  scheduler.hangUps = 2
  scheduler.heartbeatS = 1
  const worker = await Worker.create(partsWith())
  for (let beat = 0; beat < 3; beat++) {
    await after(1_000)
    await scheduler.heard('heartbeat_worker')
  }
  await after(1_000)
  expect(scheduler.registered).toHaveLength(1)
  await worker.close()
})

test('a worker that its scheduler tells to close ends, and does not join again', async () => {
  const worker = await Worker.create(partsWith())
  scheduler.tell({ op: 'close', reason: 'scheduler-close-worker' })
  expect([await worker.closed, scheduler.registered.length, threads.closed]).toEqual([undefined, 1, 1])
})

test('a worker that cannot join at first is one error, and leaves no threads', async () => {
  scheduler.refusal = 'name taken, js-0'
  await expect(Worker.create(partsWith())).rejects.toMatchObject({ code: 'ERR_CLUSTER', message: /name taken, js-0/ })
  expect(threads.closed).toBe(1)
})

test.each([
  [{ listen: { host: '0.0.0.0', port: 0 } }, 'tcp://10.0.0.7:1'],
  [{ listen: { host: '::', port: 9 } }, 'tcp://10.0.0.7:9'],
  [{ listen: { host: '::1', port: 9 } }, 'tcp://[::1]:9'],
  [{ listen: { host: '0.0.0.0', port: 9 }, contact: 'tcp://far:1' }, 'tcp://far:1'],
])('a worker that listens as %o is reached at %s', async (more, address) => {
  const connect = network.connect.bind(network)
  vi.spyOn(network, 'connect').mockImplementation(async (to) => Object.assign(await connect(to), { localHost: '10.0.0.7' }))
  await Worker.create(partsWith(more))
  expect(scheduler.registered[0]?.address).toBe(address)
})
